using System.Globalization;
using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class JobRequirementsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"system_resources":{}}""")]
    [InlineData("""{"system_resources":{"required_vram":0,"colour":"blue"},"system_requirements":"many"}""")]
    public void A_definition_that_asks_for_nothing_has_none(string meta) => Of(meta).ShouldBeNull();

    [Theory]
    [InlineData("system_resources")]
    [InlineData("system_requirements")]
    public void Numbers_and_texts_of_numbers_are_taken_from_either_map(string map) =>
        Of($$$"""{"{{{map}}}":{"required_vram":24,"required_cpu":"3.5","required_ram":" 16 ","required_disk":"0.5","other":[1]}}""".Replace(",\"other\":[1]", map == "system_requirements" ? ",\"other\":[1]" : ""))
            .ShouldBe(new JobRequirements { VramMb = 24_000, Cpus = 4, RamMb = 16_000, DiskMb = 500 });

    [Fact]
    public void Where_both_maps_tell_the_larger_number_counts() =>
        Of("""{"system_resources":{"required_ram":8,"required_cpu":4},"system_requirements":{"required_ram":"16","required_cpu":2}}""")
            .ShouldBe(new JobRequirements { RamMb = 16_000, Cpus = 4 });

    [Theory]
    [InlineData("", """,{"type":"container/run","id":"b","args":{"image":"i","gpu":true}}""")]
    [InlineData(""","global":{"gpu":true}""", "")]
    public void An_operation_or_the_whole_definition_may_want_a_GPU(string global, string operation) =>
        JobRequirements.Of(JobDefinitionParser.Parse($$$"""{"version":"0.1","type":"container"{{{global}}},"ops":[{"type":"container/run","id":"a","args":{"image":"i"}}{{{operation}}}]}""").OrThrow())
            .ShouldBe(new JobRequirements { Gpu = true });

    [Theory]
    [InlineData("system_resources", "required_vram", "\"much\"")]
    [InlineData("system_resources", "required_vram", "\"24 GB\"")]
    [InlineData("system_resources", "required_cpu", "-1")]
    [InlineData("system_resources", "required_ram", "\"NaN\"")]
    [InlineData("system_resources", "required_disk", "1e9")]
    [InlineData("system_resources", "required_disk", "\"\"")]
    [InlineData("system_requirements", "required_disk", "\"all\"")]
    [InlineData("system_requirements", "required_vram", "[24]")]
    public void A_number_that_is_none_is_refused_where_it_stands(string map, string name, string value)
    {
        var findings = JobDefinitionParser.Parse(Definition($$$"""{"{{{map}}}":{"{{{name}}}":{{{value}}}}}""")).Findings;

        findings.Single().Path.ShouldBe($"$.meta.{map}.{name}");
        findings.Single().Allowed.ShouldBe("a number from 0 to 1000000, or a text that is one");
    }

    [Fact]
    public void A_text_says_the_same_as_its_number() =>
        Gen.Double[0, JobRequirements.Most].Sample(number =>
        {
            var text = number.ToString("F3", CultureInfo.InvariantCulture);
            return Of($$$"""{"system_resources":{"required_ram":{{{text}}}}}""") == Of($$$"""{"system_resources":{"required_ram":"{{{text}}}"}}""");
        });

    private static JobRequirements? Of(string meta) => JobRequirements.Of(JobDefinitionParser.Parse(Definition(meta)).OrThrow());

    private static string Definition(string meta) =>
        $$$"""{"version":"0.1","type":"container","meta":{{{meta}}},"ops":[{"type":"container/run","id":"a","args":{"image":"i"}}]}""";
}
