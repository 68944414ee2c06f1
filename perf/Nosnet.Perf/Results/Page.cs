namespace Nosnet.Perf;

/// <summary>What one measurement has to show: what was done, beside what, and what was seen. Its first line is its title.</summary>
internal abstract record Page(string Markdown);
