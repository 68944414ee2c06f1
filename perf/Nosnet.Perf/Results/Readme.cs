namespace Nosnet.Perf;

/// <summary>The README's table of speeds: the first columns of the summary in a file of results, between two marks.</summary>
internal static class Readme
{
    private const string Begin = "<!-- speed";
    private const string End = "<!-- /speed -->";

    public static async Task WriteAsync(string results)
    {
        var path = Path.Combine(Machine.FindRoot(), "README.md");
        var readme = await File.ReadAllTextAsync(path);
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"README.md has no '{Begin} -->' and '{End}' with its table between them.");
        var rows = (await File.ReadAllLinesAsync(results)).SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|')).Select(l => string.Join('|', l.Split('|')[..4]) + "|");
        await File.WriteAllTextAsync(path, $"{readme[..begin]}{Begin}: perf/results/{Path.GetFileName(results)} -->\n{string.Join('\n', rows)}\n{readme[end..]}");
    }
}
