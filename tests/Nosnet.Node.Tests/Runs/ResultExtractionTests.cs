using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ResultExtractionTests
{
    [Fact]
    public void Every_line_that_matches_gives_the_match_and_then_its_groups()
    {
        var found = Extract(new() { ["value"] = "VAL=(.*)" }, "VAL=42", "nothing", "VAL=43");
        found["value"].ShouldBe(new ExtractedResult(["VAL=42", "42", "VAL=43", "43"]));
    }

    [Fact]
    public void A_group_that_took_no_part_is_null() =>
        Extract(new() { ["value"] = "a(b)?c" }, "ac")["value"].ShouldBe(new ExtractedResult(["ac", null]));

    [Fact]
    public void Only_the_sources_that_a_rule_names_are_looked_at()
    {
        var extraction = new ResultExtraction(new() { ["value"] = new ResultRule(".+") { Sources = [LogSource.StdErr] } }, new ResultBudget());
        extraction.Take(LogSource.StdOut, "out");
        extraction.Take(LogSource.StdErr, "err");
        extraction.Found()["value"].ShouldBe(new ExtractedResult(["err"]));
    }

    [Fact]
    public void What_matches_nothing_is_an_empty_list() => Extract(new() { ["value"] = "x" }, "y")["value"].ShouldBe(new ExtractedResult([]));

    [Fact]
    public void A_pattern_that_cannot_be_used_gives_its_error_in_place_of_the_list() =>
        Extract(new() { ["value"] = "(" }, "y")["value"].Error.ShouldNotBeNull().ShouldContain("value");

    [Fact]
    public void Results_that_grow_too_large_end_with_an_error()
    {
        var extraction = new ResultExtraction(new() { ["value"] = ".*" }, new ResultBudget(100));
        for (var i = 0; i < 20; i++)
            extraction.Take(LogSource.StdOut, "");
        extraction.Found()["value"].Error.ShouldNotBeNull();
        extraction.Found()["value"].Groups.ShouldBeEmpty();
    }

    private static ValueMap<ExtractedResult> Extract(ValueMap<ResultRule> rules, params string[] lines)
    {
        var extraction = new ResultExtraction(rules, new ResultBudget());
        foreach (var line in lines)
            extraction.Take(LogSource.StdOut, line);
        return extraction.Found();
    }
}
