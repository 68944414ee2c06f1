using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Nosnet.Client.Tests;

public sealed partial class GuideTests
{
    private static readonly string Guide = File.ReadAllText(InRepository("docs/sdk.md"));

    [Fact]
    public void Every_snippet_of_the_guide_is_compiled()
    {
        var samples = Plain(File.ReadAllText(InRepository("tests/Nosnet.Client.Tests/Docs/GuideSamples.cs")));
        var snippets = Snippet().Matches(Guide).Select(m => Plain(m.Groups["code"].Value)).ToList();

        snippets.ShouldNotBeEmpty();
        foreach (var snippet in snippets)
            samples.ShouldContain(snippet, Case.Sensitive);
    }

    [Fact]
    public void Every_link_of_the_guide_leads_somewhere()
    {
        foreach (var link in Link().Matches(Guide).Select(m => m.Groups["path"].Value))
            Path.Exists(InRepository(Path.Combine("docs", link))).ShouldBeTrue($"docs/sdk.md links to {link}, which is not there");
    }

    [Fact]
    public async Task The_fake_of_the_guide_answers()
    {
        using var client = GuideSamples.Fake();
        (await client.Credits.BalanceAsync(TestContext.Current.CancellationToken)).AvailableCredits.ToString().ShouldBe("$7.000");
    }

    /// <summary>Without indentation: a snippet stands at the margin, its sample within a method.</summary>
    private static string Plain(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    private static string InRepository(string path, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", path);

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\((?<path>[^):#]+)\)")]
    private static partial Regex Link();
}
