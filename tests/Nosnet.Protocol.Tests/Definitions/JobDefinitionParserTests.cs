using System.Text;

namespace Nosnet.Protocol.Tests;

public sealed class JobDefinitionParserTests
{
    private static ParsedDefinition WithArgs(string args, string type = "container/run") =>
        JobDefinitionParser.Parse($$"""{"version":"0.1","type":"container","ops":[{"type":"{{type}}","id":"a","args":{{args}}}]}""");

    private static ParsedDefinition WithField(string field) =>
        JobDefinitionParser.Parse($$$"""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"i"}}],{{{field}}}}""");

    private static ParsedDefinition WithOps(string ops) => JobDefinitionParser.Parse($$"""{"version":"0.1","type":"container","ops":{{ops}}}""");

    private static string Op(string id, string execution) =>
        $$$"""{"type":"container/run","id":"{{{id}}}","args":{"image":"i"},"execution":{{{execution}}}}""";

    private static void ShouldFindOnly(ParsedDefinition parsed, params string[] paths)
    {
        parsed.IsValid.ShouldBeFalse();
        parsed.Definition.ShouldBeNull();
        parsed.Findings.Select(finding => finding.Path).ShouldBe(paths, string.Join("\n", parsed.Findings));
    }

    private static void ShouldBeValid(ParsedDefinition parsed) => parsed.IsValid.ShouldBeTrue(string.Join("\n", parsed.Findings));

    [Theory]
    [InlineData("""{"type":"container","ops":[]}""", "$.version", "$.ops")]
    [InlineData("""{"version":0.1,"type":"container","ops":[]}""", "$.version", "$.ops")]
    [InlineData("""{"version":"0.2","type":"vm","ops":[]}""", "$.version", "$.type", "$.ops")]
    [InlineData("""{"version":"0.1","type":"container"}""", "$.ops")]
    [InlineData("""{"version":"0.1","type":"container","ops":{}}""", "$.ops")]
    [InlineData("""{"version":"0.1","type":"container","ops":[5]}""", "$.ops[0]")]
    [InlineData("""{"version":"0.1","type":"container","ops":[{}]}""", "$.ops[0].type", "$.ops[0].id", "$.ops[0].args")]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    [InlineData("\"x\"", "$")]
    [InlineData("", "$")]
    [InlineData("{", "$")]
    [InlineData("{} {}", "$")]
    [InlineData("{\"version\":\"0.1\",}", "$")]
    public void The_frame_of_a_definition_is_checked(string json, params string[] paths) => ShouldFindOnly(JobDefinitionParser.Parse(json), paths);

    [Theory]
    [InlineData("\"extra\":1", "$.extra")]
    [InlineData("\"deployment_id\":5", "$.deployment_id")]
    [InlineData("\"deployment_id\":null", "$.deployment_id")]
    [InlineData("\"meta\":[]", "$.meta")]
    [InlineData("\"meta\":{\"trigger\":1}", "$.meta.trigger")]
    [InlineData("\"meta\":{\"system_resources\":{\"a\":true}}", "$.meta.system_resources.a")]
    [InlineData("\"meta\":{\"system_resources\":{\"a\":[1]}}", "$.meta.system_resources.a")]
    [InlineData("\"meta\":{\"x\":true}", "$.meta.x")]
    [InlineData("\"meta\":{\"x\":null}", "$.meta.x")]
    [InlineData("\"meta\":{\"x\":1e999}", "$.meta.x")]
    [InlineData("\"meta\":{\"x\":[[1]]}", "$.meta.x[0]")]
    [InlineData("\"meta\":{\"x\":{\"y\":{\"z\":1}}}", "$.meta.x.y")]
    [InlineData("\"meta\":{\"x\":{\"y\":[true]}}", "$.meta.x.y[0]")]
    [InlineData("\"meta\":{\"a b\":false}", "$.meta[\"a b\"]")]
    [InlineData("\"global\":1", "$.global")]
    [InlineData("\"global\":{\"cmd\":\"x\"}", "$.global.cmd")]
    [InlineData("\"global\":{\"image\":1}", "$.global.image")]
    [InlineData("\"global\":{\"gpu\":\"yes\"}", "$.global.gpu")]
    [InlineData("\"global\":{\"entrypoint\":[1]}", "$.global.entrypoint[0]")]
    [InlineData("\"global\":{\"env\":{\"A\":1,\"B=C\":\"x\",\"\":\"y\"}}", "$.global.env.A", "$.global.env[\"B=C\"]", "$.global.env[\"\"]")]
    [InlineData("\"global\":{\"work_dir\":\"tmp\"}", "$.global.work_dir")]
    [InlineData("\"global\":{\"variables\":{\"a\":1}}", "$.global.variables.a")]
    [InlineData("\"logistics\":{}", "$.logistics.send", "$.logistics.receive")]
    [InlineData("\"logistics\":{\"send\":{\"type\":\"post\",\"args\":{}},\"receive\":{\"type\":\"api-listen\"}}", "$.logistics.send.type", "$.logistics.receive.args")]
    [InlineData("\"logistics\":{\"send\":{\"type\":\"api\",\"args\":{}},\"receive\":{\"type\":\"api-listen\",\"args\":{\"port\":1}}}", "$.logistics.send.args.endpoint", "$.logistics.receive.args.port")]
    public void What_stands_beside_the_operations_is_checked(string field, params string[] paths) => ShouldFindOnly(WithField(field), paths);

    [Theory]
    [InlineData("\"deployment_id\":\"\"")]
    [InlineData("\"meta\":{}")]
    [InlineData("\"meta\":{\"trigger\":\"cli\",\"system_resources\":{\"required_vram\":8,\"x\":\"y\"},\"system_requirements\":{\"a\":[1,\"b\"],\"c\":2}}")]
    [InlineData("\"meta\":{\"x\":[1,\"a\"],\"y\":-1.5e3,\"\":\"empty\"}")]
    [InlineData("\"global\":{}")]
    [InlineData("\"global\":{\"image\":\"i\",\"gpu\":true,\"entrypoint\":\"sh\",\"env\":{\"A\":\"\"},\"work_dir\":\"/w\",\"variables\":{\"p\":\"80\"}}")]
    [InlineData("\"logistics\":{\"send\":{\"type\":\"api\",\"args\":{\"endpoint\":\"https://x\"}},\"receive\":{\"type\":\"api-listen\",\"args\":{}}}")]
    public void What_may_stand_beside_the_operations_is_taken(string field) => ShouldBeValid(WithField(field));

    [Theory]
    [InlineData("{}", "$.ops[0].args.image")]
    [InlineData("[]", "$.ops[0].args")]
    [InlineData("null", "$.ops[0].args")]
    [InlineData("{\"name\":\"v\"}", "$.ops[0].args.image", "$.ops[0].args.name")]
    [InlineData("{\"image\":\"\"}", "$.ops[0].args.image")]
    [InlineData("{\"image\":\"a b\"}", "$.ops[0].args.image")]
    [InlineData("{\"image\":5}", "$.ops[0].args.image")]
    [InlineData("{\"image\":\"i\",\"required_vram\":8}", "$.ops[0].args.required_vram")]
    [InlineData("{\"image\":\"i\",\"output\":\"x\"}", "$.ops[0].args.output")]
    [InlineData("{\"image\":\"i\",\"cmd\":1}", "$.ops[0].args.cmd")]
    [InlineData("{\"image\":\"i\",\"cmd\":[\"a\",1,null]}", "$.ops[0].args.cmd[1]", "$.ops[0].args.cmd[2]")]
    [InlineData("{\"image\":\"i\",\"cmd\":\"a\\u0000b\"}", "$.ops[0].args.cmd")]
    [InlineData("{\"image\":\"i\",\"entrypoint\":{}}", "$.ops[0].args.entrypoint")]
    [InlineData("{\"image\":\"i\",\"env\":[]}", "$.ops[0].args.env")]
    [InlineData("{\"image\":\"i\",\"env\":{\"A\":1}}", "$.ops[0].args.env.A")]
    [InlineData("{\"image\":\"i\",\"env\":{\"\":\"x\"}}", "$.ops[0].args.env[\"\"]")]
    [InlineData("{\"image\":\"i\",\"env\":{\"A=B\":\"x\"}}", "$.ops[0].args.env[\"A=B\"]")]
    [InlineData("{\"image\":\"i\",\"work_dir\":\"relative\"}", "$.ops[0].args.work_dir")]
    [InlineData("{\"image\":\"i\",\"gpu\":1}", "$.ops[0].args.gpu")]
    [InlineData("{\"image\":\"i\",\"gpu\":null}", "$.ops[0].args.gpu")]
    [InlineData("{\"image\":\"i\",\"private\":\"true\"}", "$.ops[0].args.private")]
    [InlineData("{\"image\":\"i\",\"volumes\":{}}", "$.ops[0].args.volumes")]
    [InlineData("{\"image\":\"i\",\"volumes\":[{}]}", "$.ops[0].args.volumes[0].name", "$.ops[0].args.volumes[0].dest")]
    [InlineData("{\"image\":\"i\",\"volumes\":[{\"name\":\"../x\",\"dest\":\"data\",\"ro\":true}]}", "$.ops[0].args.volumes[0].name", "$.ops[0].args.volumes[0].dest", "$.ops[0].args.volumes[0].ro")]
    [InlineData("{\"image\":\"i\",\"authentication\":{\"docker\":{\"username\":1,\"token\":\"x\"},\"other\":{}}}", "$.ops[0].args.authentication.docker.username", "$.ops[0].args.authentication.docker.token", "$.ops[0].args.authentication.other")]
    [InlineData("{\"image\":\"i\",\"aliases\":[5]}", "$.ops[0].args.aliases[0]")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":\"\"}", "$.ops[0].args.restart_policy")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":\"sometimes\"}", "$.ops[0].args.restart_policy")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":5}", "$.ops[0].args.restart_policy")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"policy\":\"always\"}}", "$.ops[0].args.restart_policy.policy")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"restart_tries\":1}}", "$.ops[0].args.restart_policy.policy")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"policy\":\"on-failure\",\"restart_tries\":-1}}", "$.ops[0].args.restart_policy.restart_tries")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"policy\":\"on-failure\",\"restart_tries\":1.5}}", "$.ops[0].args.restart_policy.restart_tries")]
    public void The_arguments_of_a_container_are_checked(string args, params string[] paths) => ShouldFindOnly(WithArgs(args), paths);

    [Theory]
    [InlineData("{\"image\":\"%%global.variables.image%%\",\"cmd\":[],\"entrypoint\":\"\"}")]
    [InlineData("{\"image\":\"registry:5000/a/b:c@sha256:00112233445566778899aabbccddeeff\",\"cmd\":\"echo hi\"}")]
    [InlineData("{\"image\":\"i\",\"cmd\":[\"%%ops.a.results.x%%\",\"__remove-if-empty__\"]}")]
    [InlineData("{\"image\":\"i\",\"env\":{\"__spread__\":\"%%ops.a.results.env%%\",\"__pairs__\":\"[]\",\"A\":\"\"}}")]
    [InlineData("{\"image\":\"i\",\"work_dir\":\"\",\"gpu\":false,\"private\":true,\"volumes\":[{\"name\":\"%%ops.a.results.v%%\",\"dest\":\"%%ops.a.results.d%%\"}]}")]
    [InlineData("{\"image\":\"i\",\"authentication\":{},\"aliases\":\"a,b\",\"restart_policy\":\"unless-stopped\"}")]
    [InlineData("{\"image\":\"i\",\"authentication\":{\"docker\":{\"username\":\"u\",\"password\":\"p\",\"email\":\"e\",\"server\":\"s\"}},\"aliases\":[\"a\"]}")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"policy\":\"on-failure\"}}")]
    [InlineData("{\"image\":\"i\",\"restart_policy\":{\"policy\":\"on-failure\",\"restart_tries\":3}}")]
    [InlineData("{\"image\":\"i\",\"env\":{\"NVIDIA_API_KEY\":\"k\",\"NVIDIA_TF32_OVERRIDE\":\"0\",\"CUDA_VISIBLE_DEVICES\":\"0\",\"CUDA_MPS_PIPE_DIRECTORY\":\"/tmp\",\"LDFLAGS\":\"-s\",\"PATH\":\"/bin\"}}")]
    public void What_a_container_may_have_is_taken(string args) => ShouldBeValid(WithArgs(args));

    [Theory]
    [InlineData("LD_PRELOAD")]
    [InlineData("LD_LIBRARY_PATH")]
    [InlineData("LD_AUDIT")]
    [InlineData("NVIDIA_VISIBLE_DEVICES")]
    [InlineData("NVIDIA_DRIVER_CAPABILITIES")]
    [InlineData("NVIDIA_REQUIRE_CUDA")]
    [InlineData("NVIDIA_DISABLE_REQUIRE")]
    [InlineData("NVIDIA_MIG_CONFIG_DEVICES")]
    public void A_variable_that_acts_on_the_machine_itself_is_refused_wherever_it_is_set(string name)
    {
        ShouldFindOnly(WithArgs($$$"""{"image":"i","env":{"{{{name}}}":"x"}}"""), $"$.ops[0].args.env.{name}");
        ShouldFindOnly(WithField($$$"""  "global":{"env":{"{{{name}}}":"x"}}"""), $"$.global.env.{name}");
    }

    [Theory]
    [InlineData("/data,source=of-another-job")]
    [InlineData("/data,type=bind,source=/etc")]
    [InlineData("/data:ro")]
    [InlineData("/data/../etc")]
    [InlineData("/proc")]
    [InlineData("//sys/fs/cgroup")]
    [InlineData("/./dev/shm")]
    [InlineData("data")]
    public void A_place_for_a_volume_that_means_more_than_a_place_is_refused(string path)
    {
        ShouldFindOnly(WithArgs($$$"""{"image":"i","volumes":[{"name":"v","dest":"{{{path}}}"}]}"""), "$.ops[0].args.volumes[0].dest");
        ShouldFindOnly(WithArgs($$$"""{"image":"i","resources":[{"type":"HF","repo":"a/b","target":"{{{path}}}"}]}"""), "$.ops[0].args.resources[0].target");
    }

    [Theory]
    [InlineData("/proc/self/fd/8")]
    [InlineData("/tmp/../proc/1/root")]
    [InlineData("//sys")]
    public void A_working_directory_that_leads_out_of_the_container_is_refused(string path) =>
        ShouldFindOnly(WithArgs($$$"""{"image":"i","work_dir":"{{{path}}}"}"""), "$.ops[0].args.work_dir");

    [Theory]
    [InlineData("privileged", "true")]
    [InlineData("devices", "[\"/dev/kvm\"]")]
    [InlineData("network", "\"host\"")]
    [InlineData("network_mode", "\"container:other\"")]
    [InlineData("pid", "\"host\"")]
    [InlineData("cap_add", "[\"ALL\"]")]
    [InlineData("binds", "[\"/:/host\"]")]
    [InlineData("security_opt", "[\"seccomp=unconfined\"]")]
    public void What_would_open_the_box_is_an_unknown_argument(string name, string value) =>
        ShouldFindOnly(WithArgs($$$"""{"image":"i","{{{name}}}":{{{value}}}}"""), $"$.ops[0].args.{name}");

    [Theory]
    [InlineData("{}", "$.ops[0].args.name")]
    [InlineData("{\"name\":\"\"}", "$.ops[0].args.name")]
    [InlineData("{\"name\":\"a/b\"}", "$.ops[0].args.name")]
    [InlineData("{\"image\":\"i\"}", "$.ops[0].args.name", "$.ops[0].args.image")]
    public void The_arguments_of_a_volume_are_checked(string args, params string[] paths) =>
        ShouldFindOnly(WithArgs(args, "container/create-volume"), paths);

    [Theory]
    [InlineData("0", "")]
    [InlineData("-1", "")]
    [InlineData("70000", "")]
    [InlineData("80.5", "")]
    [InlineData("1e99", "")]
    [InlineData("true", "")]
    [InlineData("null", "")]
    [InlineData("\"80\"", "")]
    [InlineData("\"3000-3010\"", "")]
    [InlineData("\"%%other.x%%\"", "")]
    [InlineData("[\"8000-8010\"]", "[0]")]
    [InlineData("[80,{\"port\":80},{\"port\":81},81]", "[1]", "[3]")]
    [InlineData("[[80]]", "[0]")]
    [InlineData("{}", ".port")]
    [InlineData("{\"port\":\"%%ops.a.results.p%%\"}", ".port")]
    [InlineData("{\"port\":80,\"type\":\"tcp\"}", ".type")]
    [InlineData("{\"port\":80,\"protocol\":\"tcp\"}", ".protocol")]
    [InlineData("{\"__spread__\":\"[80]\"}", ".__spread__")]
    [InlineData("{\"__spread__\":\"%%ops.a.results.p%%\",\"chunked\":1}", ".chunked")]
    [InlineData("{\"__spread__\":\"%%ops.a.results.p%%\",\"port\":80}", ".port")]
    [InlineData("{\"port\":80,\"health_checks\":{}}", ".health_checks")]
    [InlineData("{\"port\":80,\"health_checks\":[{}]}", ".health_checks[0].type")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"tcp\"}]}", ".health_checks[0].type")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"http\"}]}", ".health_checks[0].path", ".health_checks[0].method", ".health_checks[0].expected_status")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"http\",\"path\":\"x y\",\"method\":\"PATCH\",\"expected_status\":99,\"continuous\":\"no\"}]}", ".health_checks[0].continuous", ".health_checks[0].path", ".health_checks[0].method", ".health_checks[0].expected_status")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"http\",\"path\":\"/\",\"method\":\"GET\",\"expected_status\":200,\"headers\":{\"a b\":\"c\",\"d\":\"e\\r\\nf\",\"g\":1},\"x\":1}]}", ".health_checks[0].headers[\"a b\"]", ".health_checks[0].headers.d", ".health_checks[0].headers.g", ".health_checks[0].x")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"websocket\",\"path\":\"/\"}]}", ".health_checks[0].expected_response", ".health_checks[0].path")]
    public void Exposed_ports_and_their_checks_are_checked(string expose, params string[] places) =>
        ShouldFindOnly(WithArgs($$"""{"image":"i","expose":{{expose}}}"""), [.. places.Select(place => "$.ops[0].args.expose" + place)]);

    [Theory]
    [InlineData("80")]
    [InlineData("65535.0")]
    [InlineData("[]")]
    [InlineData("[80,\"%%ops.a.results.p%%\",{\"__spread__\":\"%%globals.x%%\",\"chunked\":true},{\"port\":81,\"type\":\"webapi\"}]")]
    [InlineData("\"%%opsXYZ%%\"")]
    [InlineData("{\"__spread__\":\"%%global.variables.x%%\"}")]
    [InlineData("{\"port\":80,\"health_checks\":[{\"type\":\"http\",\"path\":\"/h?x=1\",\"method\":\"DELETE\",\"expected_status\":204,\"headers\":{\"X-A\":\"b\"},\"body\":{\"any\":[null]},\"continuous\":true},{\"type\":\"websocket\",\"expected_response\":\"\",\"continuous\":false}]}")]
    public void Every_form_of_exposed_ports_is_taken(string expose) => ShouldBeValid(WithArgs($$"""{"image":"i","expose":{{expose}}}"""));

    [Fact]
    public void A_health_check_without_continuous_is_read_as_one_that_ends()
    {
        var parsed = WithArgs("""{"image":"i","expose":{"port":80,"health_checks":[{"type":"websocket","expected_response":"x"}]}}""");

        ((ContainerRun)parsed.OrThrow().Ops[0]).Expose.ShouldHaveSingleItem().ShouldBe(
            new ExposedPort(80) { HealthChecks = [new WebSocketCheck("x") { Continuous = false }] });
    }

    [Theory]
    [InlineData("{}", ".type")]
    [InlineData("5", ".type")]
    [InlineData("\"__remove__\"", "")]
    [InlineData("{\"type\":\"FTP\"}", ".type")]
    [InlineData("{\"__spread__\":\"x\"}", ".__spread__")]
    [InlineData("{\"type\":\"S3\"}", ".target", ".url")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\"}", ".url")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"bucket\":\"b\"}", ".url")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"buckets\":[]}", ".url")]
    [InlineData("{\"type\":\"S3\",\"target\":\"t\",\"url\":\"\"}", ".target", ".url")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"url\":\"u\",\"bucket\":\"b\",\"files\":[\"f\"]}", ".files")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"bucket\":\"b\",\"buckets\":[{\"url\":\"u\"}]}", ".bucket")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"buckets\":[{\"files\":[1],\"x\":1}]}", ".buckets[0].url", ".buckets[0].files[0]", ".buckets[0].x")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"url\":\"u\",\"IAM\":{\"ACCESS_KEY_ID\":\"a\",\"SECRET_ACCESS_KEY\":\"s\"}}", ".IAM.REGION")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"url\":\"u\",\"allowWrite\":1,\"x\":1}", ".allowWrite", ".x")]
    [InlineData("{\"type\":\"HF\"}", ".repo", ".target")]
    [InlineData("{\"type\":\"HF\",\"repo\":\"o/r\",\"target\":\"/t\",\"allowWrite\":true}", ".allowWrite")]
    [InlineData("{\"type\":\"Ollama\"}", ".model")]
    [InlineData("{\"type\":\"Ollama\",\"model\":\"m\",\"url\":\"u\"}", ".url")]
    public void Resources_are_checked(string resource, params string[] places)
    {
        var at = resource is "5" ? [""] : places;
        ShouldFindOnly(WithArgs($$"""{"image":"i","resources":[{{resource}}]}"""), [.. at.Select(place => "$.ops[0].args.resources[0]" + place)]);
    }

    [Theory]
    [InlineData("\"__remove-if-empty__\"")]
    [InlineData("{\"__spread__\":\"%%ops.a.results.r%%\",\"chunked\":false}")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"url\":\"u\",\"files\":[\"f\"],\"allowWrite\":true,\"IAM\":{\"REGION\":\"\",\"ACCESS_KEY_ID\":\"a\",\"SECRET_ACCESS_KEY\":\"s\"}}")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"url\":\"u\",\"bucket\":\"b\"}")]
    [InlineData("{\"type\":\"S3\",\"target\":\"/t\",\"buckets\":[{\"url\":\"u\",\"files\":[\"f\"]}]}")]
    [InlineData("{\"type\":\"HF\",\"repo\":\"o/r\",\"target\":\"/t\",\"revision\":\"r\",\"files\":[\"f\"],\"accessToken\":\"t\"}")]
    [InlineData("{\"type\":\"Ollama\",\"model\":\"m\",\"target\":\"/t\"}")]
    [InlineData("{\"type\":\"Ollama\",\"model\":\"m\"}")]
    public void Every_form_of_resource_is_taken(string resource) => ShouldBeValid(WithArgs($$"""{"image":"i","resources":[{{resource}}]}"""));

    [Theory]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\\tb", false)]
    [InlineData("a/b", false)]
    [InlineData(".a", false)]
    [InlineData("-a", false)]
    [InlineData("ü", false)]
    [InlineData("a", true)]
    [InlineData("A-1_b.c", true)]
    public void The_id_of_an_operation_is_a_safe_name(string id, bool safe)
    {
        var parsed = WithOps($$$"""[{"type":"container/run","id":"{{{id}}}","args":{"image":"i"}}]""");

        if (safe)
            ShouldBeValid(parsed);
        else
            ShouldFindOnly(parsed, "$.ops[0].id");
    }

    [Theory]
    [InlineData("[1]", "")]
    [InlineData("{\"x\":1}", ".x")]
    [InlineData("{\"\":\"a\"}", "[\"\"]")]
    [InlineData("{\"x\":\"(\"}", ".x")]
    [InlineData("{\"x\":\"(?<=a)b\"}", ".x")]
    [InlineData("{\"x\":\"(a)\\\\1\"}", ".x")]
    [InlineData("{\"x\":{\"regex\":\"[\",\"logType\":[\"stdout\"]}}", ".x.regex")]
    [InlineData("{\"x\":{\"regex\":\"a\"}}", ".x.logType")]
    [InlineData("{\"x\":{\"regex\":\"a\",\"logType\":[]}}", ".x.logType")]
    [InlineData("{\"x\":{\"regex\":\"a\",\"logType\":[\"stdout\",\"stdout\"]}}", ".x.logType")]
    [InlineData("{\"x\":{\"regex\":\"a\",\"logType\":[\"stdout\",\"radio\"]}}", ".x.logType[1]")]
    [InlineData("{\"x\":{\"regex\":\"a\",\"logType\":[\"stdin\"],\"y\":1}}", ".x.y")]
    public void What_is_read_from_the_log_is_checked(string results, params string[] places) =>
        ShouldFindOnly(
            WithOps($$$"""[{"type":"container/run","id":"a","args":{"image":"i"},"results":{{{results}}}}]"""),
            [.. places.Select(place => "$.ops[0].results" + place)]);

    [Theory]
    [InlineData("{\"x\":\"VAL=(.*)\",\"*\":\"*\"}")]
    [InlineData("{\"x\":{\"regex\":\"(?<name>a+)|b\",\"logType\":[\"stdin\",\"stdout\",\"stderr\",\"nodeerr\"]}}")]
    public void What_may_be_read_from_the_log_is_taken(string results) =>
        ShouldBeValid(WithOps($$$"""[{"type":"container/run","id":"a","args":{"image":"i"},"results":{{{results}}}}]"""));

    [Theory]
    [InlineData("{\"group\":1}", ".group")]
    [InlineData("{\"x\":1}", ".x")]
    [InlineData("{\"depends_on\":\"b\"}", ".depends_on")]
    [InlineData("{\"stop_if_dependent_stops\":true}", ".stop_if_dependent_stops")]
    [InlineData("{\"depends_on\":[],\"stop_if_dependent_stops\":\"x\"}", ".stop_if_dependent_stops")]
    [InlineData("{\"depends_on\":[\"a\"]}", ".depends_on[0]")]
    [InlineData("{\"depends_on\":[\"b\",\"zzz\"]}", ".depends_on[1]")]
    [InlineData("{\"group\":\"g\",\"depends_on\":[\"b\"]}", ".depends_on[0]")]
    public void The_order_of_operations_is_checked(string execution, params string[] places) =>
        ShouldFindOnly(WithOps($"[{Op("a", execution)},{Op("b", "{}")}]"), [.. places.Select(place => "$.ops[0].execution" + place)]);

    [Fact]
    public void Dependencies_in_a_circle_are_refused_and_named()
    {
        var parsed = WithOps($"[{Op("a", """{"depends_on":["b"]}""")},{Op("b", """{"depends_on":["c"]}""")},{Op("c", """{"depends_on":["a"]}""")},{Op("d", """{"depends_on":["a"]}""")}]");

        parsed.Findings.ShouldHaveSingleItem().ToString().ShouldBe(
            "$.ops[0].execution.depends_on: found a circle: a → b → c → a; allowed: dependencies that lead to an end.");
    }

    [Fact]
    public void Dependencies_that_meet_again_are_no_circle() => ShouldBeValid(WithOps(
        $"[{Op("a", "{}")},{Op("b", """{"depends_on":["a"]}""")},{Op("c", """{"depends_on":["a"]}""")},{Op("d", """{"depends_on":["b","c"],"stop_if_dependent_stops":true}""")}]"));

    [Fact]
    public void Two_operations_of_one_id_are_refused() => ShouldFindOnly(WithOps($"[{Op("a", "{}")},{Op("b", "{}")},{Op("a", "{}")}]"), "$.ops[2].id");

    [Fact]
    public void A_definition_without_operations_is_taken_only_as_the_stub_of_a_confidential_job()
    {
        const string logistics = """{"send":{"type":"api-listen","args":{}},"receive":{"type":"api-listen","args":{}}}""";

        ShouldFindOnly(WithOps("[]"), "$.ops");
        ShouldBeValid(JobDefinitionParser.Parse($$"""{"version":"0.1","type":"container","ops":[],"logistics":{{logistics}}}"""));
    }

    [Fact]
    public void All_findings_are_told_at_once_in_sentences()
    {
        var parsed = JobDefinitionParser.Parse(
            """{"version":"1","type":"container","extra":{},"ops":[{"type":"container/run","id":"a b","args":{"cmd":5,"expose":0}}]}""");

        parsed.Findings.Select(finding => finding.ToString()).ShouldBe(
        [
            "$.version: found the text \"1\"; allowed: \"0.1\".",
            "$.ops[0].id: found the text \"a b\"; allowed: a name of letters, digits, '.', '_' and '-' that starts with a letter or digit.",
            "$.ops[0].args.image: found nothing; allowed: the name of an image as [registry/]path[:tag][@digest].",
            "$.ops[0].args.cmd: found the number 5; allowed: a text or a list of texts.",
            "$.ops[0].args.expose: found the number 0; allowed: a port, a whole number from 1 to 65535.",
            "$.extra: found an unknown field; allowed: version, type, meta, global, logistics, deployment_id or ops in a job definition.",
        ]);
        Should.Throw<InvalidDefinitionException>(parsed.OrThrow).Findings.ShouldBe(parsed.Findings);
    }

    [Fact]
    public void A_name_that_appears_twice_is_refused_at_every_level()
    {
        var parsed = JobDefinitionParser.Parse(
            """{"version":"0.1","version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"i","image":"j"}}],"meta":{"x":{"y":1,"\u0079":2}}}""");

        ShouldFindOnly(parsed, "$.version", "$.ops[0].args.image", "$.meta.x.y");
        parsed.Findings.ShouldAllBe(finding => finding.Found == "a name that appears twice");
    }
}
