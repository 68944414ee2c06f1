using System.Text;

namespace Nosnet.Protocol.Tests;

public sealed class HostileDefinitionTests
{
    private static byte[] Document(string image) => Encoding.UTF8.GetBytes(
        $$$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"{{{image}}}"}}]}""");

    [Fact]
    public void A_document_over_the_limit_is_refused_unread()
    {
        var finding = JobDefinitionParser.Parse(new byte[DefinitionLimits.Bytes + 1]).Findings.ShouldHaveSingleItem();

        finding.ToString().ShouldBe("$: found a document of 1048577 bytes; allowed: 1048576 bytes at most.");
        JobDefinitionParser.Parse(new string('ü', DefinitionLimits.Bytes)).IsValid.ShouldBeFalse();
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var json = new string('[', 500_000) + new string(']', 500_000);

        JobDefinitionParser.Parse(json).Findings.ShouldHaveSingleItem().Allowed.ShouldBe("one JSON object, nested 32 levels deep at most");
    }

    [Fact]
    public void A_byte_order_mark_is_read_over() =>
        JobDefinitionParser.Parse((byte[])[0xEF, 0xBB, 0xBF, .. Document("i")]).IsValid.ShouldBeTrue();

    [Fact]
    public void Bytes_that_are_no_text_are_refused_where_they_stand()
    {
        var bytes = Document("#");
        bytes[Array.IndexOf(bytes, (byte)'#')] = 0xFF;

        JobDefinitionParser.Parse(bytes).Findings.ShouldHaveSingleItem().Path.ShouldBe("$.ops[0].args.image");
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_in_values_and_in_names()
    {
        JobDefinitionParser.Parse(Document(@"\ud800")).Findings.ShouldHaveSingleItem().Path.ShouldBe("$.ops[0].args.image");
        JobDefinitionParser.Parse("""{"\udc00":1}""").Findings.ShouldHaveSingleItem().Path.ShouldBe("$");
        JobDefinitionParser.Parse("{\"\ud800\":1}").Findings.ShouldHaveSingleItem().Path.ShouldBe("$");
    }

    [Fact]
    public void Thousands_of_findings_are_cut()
    {
        var unknown = string.Join(",", Enumerable.Range(0, 5000).Select(i => $"\"x{i}\":0"));
        var json = $$$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"i"}}],{{{unknown}}}}""";

        var findings = JobDefinitionParser.Parse(json).Findings;

        findings.Count.ShouldBe(DefinitionLimits.Findings + 1);
        findings[^1].Found.ShouldBe("4000 more findings");
    }

    [Fact]
    public void What_is_found_is_shown_cut_and_without_control_characters()
    {
        var finding = JobDefinitionParser.Parse(Document(@"\u001b[31m" + new string('x', 500))).Findings.ShouldHaveSingleItem();

        finding.Found.Length.ShouldBeLessThan(100);
        finding.Found.ShouldNotContain('\u001b');
    }

    [Fact]
    public void Too_many_operations_items_and_results_are_refused()
    {
        var ops = string.Join(",", Enumerable.Range(0, DefinitionLimits.Operations + 1).Select(i => $$$"""{"type":"container/create-volume","id":"v{{{i}}}","args":{"name":"v"}}"""));
        var words = string.Join(",", Enumerable.Repeat("\"x\"", DefinitionLimits.Items + 1));
        var results = string.Join(",", Enumerable.Range(0, DefinitionLimits.Results + 1).Select(i => $"\"r{i}\":\"x\""));

        Paths($$"""{"version":"0.1","type":"container","ops":[{{ops}}]}""").ShouldBe(["$.ops"]);
        Paths($$$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"i","cmd":[{{{words}}}]},"results":{ {{{results}}} } }]}""")
            .ShouldBe(["$.ops[0].args.cmd", "$.ops[0].results"]);
    }

    [Fact]
    public void More_ports_than_a_node_can_tell_of_are_refused_however_they_are_spread_over_operations()
    {
        static string Exposing(int operations, int each) => $$"""{"version":"0.1","type":"container","ops":[{{string.Join(",", Enumerable.Range(0, operations).Select(i =>
            $$$"""{"type":"container/run","id":"o{{{i}}}","args":{"image":"i","expose":[{{{string.Join(",", Enumerable.Range(8000, each))}}}]}}"""))}}]}""";

        Paths(Exposing(4, DefinitionLimits.ExposedPorts / 4)).ShouldBeEmpty();
        Paths(Exposing(4, DefinitionLimits.ExposedPorts / 4 + 1)).ShouldBe(["$.ops"]);
        Paths(Exposing(1, DefinitionLimits.ExposedPorts + 1)).ShouldBe(["$.ops"]);
    }

    [Fact]
    public void Too_long_texts_and_names_are_refused()
    {
        var name = new string('n', DefinitionLimits.Name + 1);
        var word = new string('w', DefinitionLimits.LongText + 1);

        Paths($$$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"{{{name}}}","args":{"image":"i","cmd":"{{{word}}}","env":{"A":"{{{word}}}","{{{name}}}":""},"expose":"%%ops.{{{word}}}%%"}}]}""")
            .ShouldBe(["$.ops[0].id", "$.ops[0].args.cmd", "$.ops[0].args.env.A", $"$.ops[0].args.env[\"{name[..60]}…\"]", "$.ops[0].args.expose"]);
    }

    [Fact]
    public void A_pattern_that_would_grow_without_bounds_is_refused() =>
        Paths("""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"i"},"results":{"x":"((a{1,1000}){1,1000}){1,1000}"}}]}""")
            .ShouldBe(["$.ops[0].results.x"]);

    private static IEnumerable<string> Paths(string json) => JobDefinitionParser.Parse(json).Findings.Select(finding => finding.Path);
}
