namespace Nosnet.Cli;

/// <summary>What was typed cannot be carried out; nothing was.</summary>
internal sealed class UsageException(string message, IReadOnlyList<string>? findings = null) : Exception(message)
{
    /// <summary>Every single thing that is wrong, where there are several.</summary>
    public IReadOnlyList<string> Findings { get; } = findings ?? [];
}
