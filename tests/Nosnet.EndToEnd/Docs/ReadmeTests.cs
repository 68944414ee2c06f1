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

    [GeneratedRegex("<!-- (?<path>\\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\((?<path>[^):]+)\)")]
    private static partial Regex Link();
}
