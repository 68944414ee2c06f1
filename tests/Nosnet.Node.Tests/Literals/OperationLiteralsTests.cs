using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class OperationLiteralsTests
{
    private static readonly RunIdentity Run = new(RunAddress.From(Some.Bytes()), 1, JobAddress.From(Some.Bytes()))
    {
        Project = AccountAddress.From(Some.Bytes()),
        EndpointDomain = "localhost:8080",
    };

    private static readonly NodeAddress Node = NodeAddress.From(Some.Bytes());

    private static readonly ValueMap<ExtractedResult> Results = new()
    {
        ["one"] = new(["x"]),
        ["two"] = new(["x", "y"]),
        ["none"] = new([]),
        ["json"] = new(["[1,2]"]),
        ["chunks"] = new(["[1", "00,2]"]),
        ["ports"] = new(["[8080,9090]"]),
        ["gap"] = new(["a", null, "b"]),
        ["object"] = new(["""{"A":"1","B":true,"C":null,"D":{"e":[2]}}"""]),
        ["pairs"] = new(["""[{"key":"A","value":"1"},{"key":"B"}]"""]),
        ["bad"] = new([], "The pattern cannot be used."),
        ["twice"] = new(["""{"k":1,"k":2}"""]),
        ["keys"] = new(["""[{"key":"A","key":"B"}]"""]),
        ["half"] = new(["""{"A":"\ud83d"}"""]),
        ["halves"] = new(["""["\ud83d",{"\ud83d":1}]"""]),
        // A pattern can cut a pair in two.
        ["torn"] = new(["[\ud83d"]),
        ["marker"] = new(["""[{"__spread__":"%%ops.a.results.json%%"}]"""]),
    };

    [Theory]
    [InlineData("""{"cmd":"%%ops.a.results.one%%"}""", """{"cmd":"x"}""")]
    [InlineData("""{"cmd":"%%ops.a.results.two%%"}""", """{"cmd":"x y"}""")]
    [InlineData("""{"cmd":"pre-%%ops.a.results.two%%-post"}""", """{"cmd":"pre-x y-post"}""")]
    [InlineData("""{"cmd":"%%ops.a.results.none%%"}""", """{"cmd":""}""")]
    [InlineData("""{"cmd":"%%ops.a.results.gap%%"}""", """{"cmd":"a b"}""")]
    [InlineData("""{"cmd":"%%ops.a.results.bad%%"}""", """{"cmd":"The pattern cannot be used."}""")]
    [InlineData("""{"cmd":["s","%%ops.a.results.two%%","e"]}""", """{"cmd":["s","x","y","e"]}""")]
    [InlineData("""{"cmd":["%%ops.a.results.none%%"]}""", """{"cmd":[]}""")]
    [InlineData("""{"cmd":["%%ops.a.results.json%%"]}""", """{"cmd":["1","2"]}""")]
    [InlineData("""{"cmd":"%%ops.a.results.json%%"}""", """{"cmd":["1","2"]}""")]
    [InlineData("""{"cmd":["n=%%ops.a.results.json%%"]}""", """{"cmd":["n=[1,2]"]}""")]
    public void Results_take_the_shape_of_their_place(string args, string filled) => Fill(args).ShouldBe(filled);

    [Theory]
    [InlineData("""{"env":{"CFG":"{\"a\": 1}"}}""")]
    [InlineData("""{"cmd":["{\"a\":1}","[1,2]"]}""")]
    [InlineData("""{"cmd":"[1,2]"}""")]
    [InlineData("""{"cmd":"date +%%s%%; echo 100%% of %%x.y%%"}""")]
    public void What_the_definition_itself_has_written_stays_as_it_is(string args) => Fill(args).ShouldBe(args);

    [Theory]
    [InlineData("""{"expose":"%%global.variables.port%%"}""", """{"expose":8080}""")]
    [InlineData("""{"expose":"%%ops.a.results.ports%%"}""", """{"expose":[8080,9090]}""")]
    [InlineData("""{"expose":[80,"%%global.variables.port%%"]}""", """{"expose":[80,8080]}""")]
    [InlineData("""{"expose":[80,{"__spread__":"%%ops.a.results.ports%%"}]}""", """{"expose":[80,8080,9090]}""")]
    [InlineData("""{"expose":{"__spread__":"%%ops.a.results.ports%%"}}""", """{"expose":[8080,9090]}""")]
    [InlineData("""{"expose":[{"__spread__":"%%ops.a.results.chunks%%","chunked":true}]}""", """{"expose":[100,2]}""")]
    public void Ports_come_from_literals(string args, string filled) => Fill(args).ShouldBe(filled);

    [Theory]
    [InlineData("""{"env":{"A":"0","__spread__":"%%ops.a.results.object%%"}}""", """{"env":{"A":"1","B":"true","C":"","D":"{\"e\":[2]}"}}""")]
    [InlineData("""{"env":{"__spread__":"{\"A\":\"1\"}","A":"0"}}""", """{"env":{"A":"1"}}""")]
    [InlineData("""{"env":{"__pairs__":"%%ops.a.results.pairs%%"}}""", """{"env":{"A":"1","B":""}}""")]
    [InlineData("""{"env":{"X":"%%ops.a.results.json%% %%global.variables.port%%"}}""", """{"env":{"X":"[1,2] 8080"}}""")]
    [InlineData("""{"env":{"X":"%%globals.variables.empty%%"}}""", """{"env":{"X":""}}""")]
    public void Environments_are_spread_paired_and_made_text(string args, string filled) => Fill(args).ShouldBe(filled);

    [Theory]
    [InlineData("""{"cmd":["__remove-if-empty__","%%ops.a.results.none%%"]}""", """{}""")]
    [InlineData("""{"cmd":["__remove-if-empty__","%%ops.a.results.one%%"]}""", """{"cmd":["x"]}""")]
    [InlineData("""{"cmd":["__remove-if-empty__","__remove-if-empty__"]}""", """{"cmd":["__remove-if-empty__"]}""")]
    [InlineData("""{"resources":["__remove-if-empty__"]}""", """{}""")]
    public void The_first_marker_goes_and_takes_an_empty_list_with_it(string args, string filled) => Fill(args).ShouldBe(filled);

    [Fact]
    public void Whose_job_it_is_and_where_others_are_is_known()
    {
        var endpoint = $"{EndpointId.Of(Run.Job, 0, 80)}.localhost:8080";
        Fill("""{"cmd":["%%global.job%%","%%globals.host%%","%%global.project%%","%%global.frps_address%%"]}""").ShouldBe(
            $$"""{"cmd":["{{Run.Job}}","{{Node}}","{{Run.Project}}","localhost:8080"]}""");
        Fill("""{"env":{"A":"%%global.job%%/%%ops.a.host%%"}}""").ShouldBe($$$"""{"env":{"A":"{{{Run.Job}}}/{{{Run.Job}}}-0"}}""");
        Fill("""{"cmd":["%%ops.a.endpoint.80%%"]}""").ShouldBe($$"""{"cmd":["{{endpoint}}"]}""");
    }

    [Theory]
    [InlineData("""{"cmd":"%%ops.a.results.nothing%%"}""", "%%ops.a.results.nothing%%")]
    [InlineData("""{"cmd":"%%ops.nobody.host%%"}""", "%%ops.nobody.host%%")]
    [InlineData("""{"cmd":"%%global.variables.nothing%%"}""", "%%global.variables.nothing%%")]
    [InlineData("""{"cmd":"%%secrets.TOKEN%%"}""", "%%secrets.TOKEN%%")]
    [InlineData("""{"env":{"A":"%%ops.b.results.later%%"}}""", "%%ops.b.results.later%%")]
    [InlineData("""{"cmd":"%%ops.hidden.endpoint.80%%"}""", "%%ops.hidden.endpoint.80%%")]
    [InlineData("""{"expose":"%%ops.a.results.one%%"}""", "args.expose: found the text \"x\"")]
    [InlineData("""{"expose":"%%global.variables.wrong%%"}""", "args.expose: found the number 70000")]
    [InlineData("""{"env":{"__spread__":"%%ops.a.results.one%%"}}""", "__spread__")]
    [InlineData("""{"env":{"__pairs__":"%%ops.a.results.one%%"}}""", "__pairs__")]
    [InlineData("""{"expose":[{"__spread__":"%%ops.a.results.one%%","chunked":true}]}""", "chunked")]
    [InlineData("""{"env":{"__spread__":"%%ops.a.results.twice%%"}}""", "%%ops.a.results.twice%%")]
    [InlineData("""{"env":{"__spread__":"%%ops.a.results.half%%"}}""", "%%ops.a.results.half%%")]
    [InlineData("""{"env":{"__pairs__":"%%ops.a.results.keys%%"}}""", "%%ops.a.results.keys%%")]
    [InlineData("""{"resources":[{"__spread__":"%%ops.a.results.halves%%","chunked":true}]}""", "%%ops.a.results.halves%%")]
    [InlineData("""{"resources":[{"__spread__":"%%ops.a.results.torn%%"}]}""", "args.resources[0]: found")]
    [InlineData("""{"resources":[{"__spread__":"%%ops.a.results.halves%%"}]}""", "args.resources[0]: found")]
    [InlineData("""{"resources":[{"__spread__":"%%ops.a.results.marker%%"}]}""", "__spread__")]
    [InlineData("""{"resources":["__remove-if-empty__","__remove-if-empty__"]}""", "__remove-if-empty__")]
    public void What_cannot_be_filled_in_is_refused_by_name(string args, string name) =>
        Should.Throw<LiteralException>(() => Fill(args)).Message.ShouldContain(name);

    [Theory]
    [InlineData("""{"cmd":["%%ops.a.results.halves%%"]}""", """{"cmd":["[\"\\ud83d\",{\"\\ud83d\":1}]"]}""")]
    [InlineData("""{"cmd":["%%ops.a.results.twice%%"]}""", """{"cmd":["{\"k\":1,\"k\":2}"]}""")]
    [InlineData("""{"cmd":"%%ops.a.results.torn%%"}""", """{"cmd":"[�"}""")]
    public void What_only_looks_like_json_stays_text(string args, string filled) => Fill(args).ShouldBe(filled);

    [Theory]
    [InlineData("env")]
    [InlineData("cmd")]
    [InlineData("words")]
    [InlineData("spread")]
    [InlineData("resources")]
    public void What_grows_larger_than_a_definition_may_be_is_given_up_on_the_way(string place)
    {
        const int length = 100_000;
        var literals = Enumerable.Repeat("%%ops.a.results.large%%", 100).ToArray();
        var text = string.Join(' ', literals);
        var run = new ContainerRun("b") { Image = "x" };
        run = place switch
        {
            "env" => run with { Env = new(literals.Index().ToDictionary(item => $"V{item.Index}", item => item.Item)) },
            "cmd" => run with { Cmd = text },
            "words" => run with { Cmd = TextOrList.Of(literals) },
            "spread" => run with { Env = new() { [Literal.Spread] = text } },
            _ => run with { Resources = [.. literals.Select(literal => new SpreadResources(literal))] },
        };
        var asked = 0;
        Should.Throw<LiteralException>(() => OperationLiterals.Fill(run, _ =>
        {
            asked++;
            return LiteralValue.List([new string('x', length)]);
        })).Message.ShouldContain("larger than 1048576 bytes");
        asked.ShouldBe((DefinitionLimits.Bytes / length) + 1);
    }

    private static string Fill(string args)
    {
        var given = $$"""{"type":"container/run","id":"b","args":{"image":"x"{{(args == "{}" ? "" : ",")}}{{args[1..]}}}""";
        var others = """{"type":"container/run","id":"a","args":{"image":"x"}},{"type":"container/run","id":"hidden","args":{"image":"x","private":true}}""";
        var definition = JobDefinitionParser.Parse(
            $$$"""{"version":"0.1","type":"container","global":{"variables":{"port":"8080","empty":"","wrong":"70000"}},"ops":[{{{others}}},{{{given}}}]}""").OrThrow();
        var scope = new LiteralScope(Run, Node, definition, id => id == "a" ? Results : null, JobSecrets.None);
        var filled = OperationLiterals.Fill((ContainerRun)definition.Ops[2], scope.Find);
        using var json = JsonDocument.Parse(new JobDefinition { Ops = [filled] }.ToUtf8Bytes());
        var left = json.RootElement.GetProperty("ops")[0].GetProperty("args").EnumerateObject().Where(field => field.Name != "image");
        return $"{{{string.Join(',', left.Select(field => $"\"{field.Name}\":{field.Value.GetRawText()}"))}}}";
    }
}
