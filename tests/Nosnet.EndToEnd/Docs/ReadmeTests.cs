using System.Text.RegularExpressions;

namespace Nosnet.EndToEnd;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void The_snippet_is_the_sample_that_the_build_compiles()
    {
        var match = Snippet().Match(Readme);

        match.Groups["code"].Value.ShouldBe(File.ReadAllText(Path.Combine(Repository.Root, match.Groups["path"].Value)));
    }

    [Fact]
    public void Every_link_within_the_repository_leads_somewhere()
    {
        var links = Link().Matches(Readme).Select(m => m.Groups["path"].Value);

        links.ShouldNotBeEmpty();
        foreach (var link in links)
            Path.Exists(Path.Combine(Repository.Root, link)).ShouldBeTrue($"README.md links to {link}, which is not there");
    }

    [Fact]
    public void The_speeds_are_those_of_the_newest_results()
    {
        var table = SpeedTable().Match(Readme);
        var newest = Directory.EnumerateFiles(Path.Combine(Repository.Root, "perf", "results"), "????-??-??.md").Order(StringComparer.Ordinal).Last();
        var measured = File.ReadAllLines(newest).SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|')).ToList();

        table.Groups["path"].Value.ShouldBe($"perf/results/{Path.GetFileName(newest)}");
        table.Groups["rows"].Value.TrimEnd().Split('\n').Select(Columns).ShouldBe(measured.Select(Columns));
        measured.ShouldNotBeEmpty();

        // The results say more of each than the README: what is asked of it.
        static string Columns(string row) => string.Join('|', row.Split('|').Take(4));
    }

    [GeneratedRegex("<!-- (?<path>\\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("<!-- speed: (?<path>\\S+) -->\n(?<rows>.*?)<!-- /speed -->", RegexOptions.Singleline)]
    private static partial Regex SpeedTable();

    [GeneratedRegex(@"\]\((?<path>[^):]+)\)")]
    private static partial Regex Link();
}
