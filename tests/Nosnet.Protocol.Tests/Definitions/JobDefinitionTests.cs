using System.Text;
using System.Text.Json;
using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class JobDefinitionTests
{
    private static readonly JobDefinition Hello = new() { Ops = [new ContainerRun("hello") { Image = "ubuntu", Cmd = ["echo", "hi"] }] };

    [Fact]
    public void A_definition_written_in_CSharp_has_the_official_JSON() => Hello.ToJson().ShouldBe(
        """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"hello","args":{"image":"ubuntu","cmd":["echo","hi"]}}]}""");

    [Fact]
    public void Everything_that_the_schema_knows_can_be_written_in_CSharp()
    {
        var definition = new JobDefinition
        {
            Meta = new()
            {
                Trigger = "sdk",
                SystemResources = new() { ["required_vram"] = 8 },
                More = new() { ["tags"] = new MetaList(["a", 1]) },
            },
            Global = new() { Gpu = true, Env = new() { ["MODE"] = "fast" } },
            Ops =
            [
                new CreateVolume("data") { Name = "models" },
                new ContainerRun("server")
                {
                    Image = "nginx",
                    Expose = [8080, new ExposedPort(9090) { Service = ServiceKind.Api, HealthChecks = [new HttpCheck("/up")] }],
                    Volumes = [new("models", "/models")],
                    Resources = [new OllamaResource { Model = "tiny" }],
                    RestartPolicy = RestartPolicy.OnFailure(3),
                    Execution = new() { Group = "serve" },
                },
                new ContainerRun("client")
                {
                    Image = "curl",
                    Cmd = "curl http://%%ops.server.host%%:8080",
                    Results = new() { ["answer"] = "answer=(.*)", ["error"] = new("err") { Sources = [LogSource.StdErr] } },
                    Execution = new() { Group = "serve", DependsOn = ["server"] },
                },
            ],
        };

        definition.Check().ShouldBeEmpty();
        definition.ToJson().ShouldBe(
            """
            {"version":"0.1","type":"container","meta":{"trigger":"sdk","system_resources":{"required_vram":8},"tags":["a",1]},
            "global":{"gpu":true,"env":{"MODE":"fast"}},"ops":[
            {"type":"container/create-volume","id":"data","args":{"name":"models"}},
            {"type":"container/run","id":"server","args":{"image":"nginx","expose":[8080,{"port":9090,"type":"api","health_checks":[
            {"type":"http","path":"/up","method":"GET","expected_status":200,"continuous":false}]}],"volumes":[{"name":"models","dest":"/models"}],
            "resources":[{"type":"Ollama","model":"tiny"}],"restart_policy":{"policy":"on-failure","restart_tries":3}},"execution":{"group":"serve"}},
            {"type":"container/run","id":"client","args":{"image":"curl","cmd":"curl http://%%ops.server.host%%:8080"},
            "results":{"answer":"answer=(.*)","error":{"regex":"err","logType":["stderr"]}},"execution":{"group":"serve","depends_on":["server"]}}]}
            """.Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_definition_is_read_back_as_it_was_written() => DefinitionGen.Definitions.Sample(
        definition =>
        {
            var parsed = JobDefinitionParser.Parse(definition.ToJson());
            parsed.Findings.ShouldBeEmpty(definition.ToJson());
            var read = parsed.OrThrow();
            read.ShouldBe(definition);
            read.GetHashCode().ShouldBe(definition.GetHashCode());
            read.ToUtf8Bytes().ShouldBe(definition.ToUtf8Bytes());
        },
        iter: 2000);

    [Fact]
    public void Whatever_is_cut_out_of_a_document_parsing_ends_in_a_definition_or_findings() =>
        Gen.Select(DefinitionGen.Definitions, Gen.Int[0, 10_000], Gen.Int[0, 200], Gen.Byte).Sample(
            (definition, start, length, spice) =>
            {
                var bytes = definition.ToUtf8Bytes().ToList();
                start %= bytes.Count;
                bytes.RemoveRange(start, Math.Min(length, bytes.Count - start));
                bytes.Insert(start, spice);

                var parsed = JobDefinitionParser.Parse(bytes.ToArray());

                parsed.IsValid.ShouldBe(parsed.Findings.Count == 0);
            },
            iter: 5000);

    [Fact]
    public void A_command_keeps_whether_it_is_a_line_or_words()
    {
        var line = Parse("""{"image":"i","cmd":"echo hi"}""");
        var words = Parse("""{"image":"i","cmd":["echo hi"]}""");

        line.Cmd!.IsText.ShouldBeTrue();
        words.Cmd!.IsText.ShouldBeFalse();
        line.ShouldNotBe(words);
    }

    [Fact]
    public void Literals_stay_as_they_are_written() =>
        Parse("""{"image":"i","cmd":["%%ops.a.results.x%%"]}""").Cmd!.ShouldBe(["%%ops.a.results.x%%"]);

    [Fact]
    public void What_could_not_run_is_told_before_it_is_pinned()
    {
        var twice = Hello with { Ops = [.. Hello.Ops, .. Hello.Ops] };

        twice.Check().ShouldHaveSingleItem().ToString().ShouldBe(
            "$.ops[1].id: found \"hello\", the id of ops[0] too; allowed: an id that no other operation has.");
    }

    public static TheoryData<string, JobDefinition> Nulls => new()
    {
        { "$.ops", Hello with { Ops = null! } },
        { "$.ops[0]", Hello with { Ops = [null!] } },
        { "$.global.env", Hello with { Global = new() { Env = null! } } },
        { "$.meta.system_resources", Hello with { Meta = new() { SystemResources = null! } } },
        { "$.logistics.send", Hello with { Logistics = new() { Send = null!, Receive = new(LogisticsKind.ApiListen) } } },
        { "$.ops[0].args.image", With(r => r with { Image = null! }) },
        { "$.ops[0].args.env", With(r => r with { Env = null! }) },
        { "$.ops[0].args.env.A", With(r => r with { Env = new() { ["A"] = null! } }) },
        { "$.ops[0].args.expose", With(r => r with { Expose = null! }) },
        { "$.ops[0].args.expose.health_checks", With(r => r with { Expose = new ExposedPort(80) { HealthChecks = null! } }) },
        { "$.ops[0].args.volumes", With(r => r with { Volumes = null! }) },
        { "$.ops[0].args.resources", With(r => r with { Resources = null! }) },
        { "$.ops[0].results", With(r => r with { Results = null! }) },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Nulls))]
    public void A_null_where_none_belongs_is_a_finding(string path, JobDefinition definition) => definition.Check().Select(f => f.Path).ShouldContain(path);

    private static JobDefinition With(Func<ContainerRun, ContainerRun> change) => Hello with { Ops = [change((ContainerRun)Hello.Ops[0])] };

    [Fact]
    public void Within_other_JSON_it_is_the_official_object()
    {
#pragma warning disable IL2026, IL3050 // a test may look at the converter by reflection
        var json = JsonSerializer.Serialize(new { jobDefinition = Hello });

        json.ShouldBe($$"""{"jobDefinition":{{Hello.ToJson()}}}""");
        JsonSerializer.Deserialize<JobDefinition>(Hello.ToJson()).ShouldBe(Hello);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<JobDefinition>("""{"version":"0.1","type":"container","ops":[]}"""))
            .InnerException.ShouldBeOfType<InvalidDefinitionException>().Findings.ShouldHaveSingleItem().Path.ShouldBe("$.ops");
#pragma warning restore IL2026, IL3050
    }

    [Fact]
    public void Secrets_do_not_show_when_it_is_printed()
    {
        var run = new ContainerRun("a")
        {
            Image = "i",
            Env = new() { ["TOKEN"] = "hunter2" },
            RegistryLogin = new() { Username = "u", Password = "hunter2" },
            Resources =
            [
                new S3Resource { Target = "/t", Url = "u", Credentials = new("r", "id", "hunter2") },
                new HuggingFaceResource { Repo = "r", Target = "/t", AccessToken = "hunter2" },
            ],
        };

        new JobDefinition { Ops = [run] }.ToString().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("VAL=(.*)", "VAL=42", true)]
    [InlineData("^VAL", " VAL", false)]
    public void A_result_rule_is_compiled_as_nodes_read_it(string pattern, string line, bool matches) =>
        new ResultRule(pattern).Compile().IsMatch(line).ShouldBe(matches);

    private static ContainerRun Parse(string args) => (ContainerRun)JobDefinitionParser.Parse(Encoding.UTF8.GetBytes(
        $$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{{args}}}]}""")).OrThrow().Ops[0];
}
