using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class HardwareTests
{
    private const string WantsCard =
        """{"version":"0.1","type":"container","meta":{"system_resources":{"required_vram":24}},"ops":[{"type":"container/run","id":"a","args":{"image":"i","gpu":true}}]}""";

    private static readonly NodeHardware Small = new() { Cpu = new() { Model = "a chip", LogicalCores = 4 }, RamMb = 8_000, DiskGb = 50 };

    private static readonly NodeHardware Large = Small with
    {
        Gpus = new() { Devices = [new GpuDevice { Index = 0, Name = "NVIDIA GeForce RTX 4090", Memory = new(24_564) }], DriverVersion = "550.1" },
    };

    [Fact]
    public async Task What_a_machine_is_is_told_when_joining_and_shown_in_the_official_words()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        (await network.GetAsync($"/api/nodes/{node.Address}", key: "")).Json.GetProperty("info").ValueKind.ShouldBe(JsonValueKind.Null);

        await JoinAsync(node, Large);
        (await node.PostAsync("/api/nodes/join", new { market = "default", slots = 2 })).ShouldSucceed();

        var info = (await network.GetAsync($"/api/nodes/{node.Address}", key: "")).Json.GetProperty("info");
        info.GetProperty("cpu").GetProperty("model").GetString().ShouldBe("a chip");
        info.GetProperty("gpus").GetProperty("devices")[0].GetProperty("memory").GetProperty("total_mb").GetInt64().ShouldBe(24_564);
    }

    [Theory]
    [InlineData("""{"market":"default","hardware":{"ram_mb":-5}}""", "0 or more")]
    [InlineData("""{"market":"default","hardware":{"system_environment":"\u001b[31m"}}""", "control character")]
    [InlineData("""{"market":"default","hardware":{"gpus":{"devices":[null]}}}""", "graphics card")]
    [InlineData("""{"market":"default","policy":[1]}""", "'policy'")]
    public async Task What_no_machine_can_be_is_refused(string body, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);

        (await node.PostAsync("/api/nodes/join", body)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_job_that_no_live_node_can_run_waits_and_says_so()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await JoinAsync(node, Small);

        var posted = (await network.PostAsync("/api/jobs/list", new { ipfsHash = await network.PinAsync(WantsCard), market = "default" })).ShouldSucceed().Json;
        var job = posted.GetProperty("job").GetString();

        var waiting = (await network.GetAsync($"/api/jobs/{job}")).Json;
        waiting.GetProperty("requirements").GetProperty("vramMb").GetInt64().ShouldBe(24_000);
        waiting.GetProperty("queue").GetProperty("fittingNodes").GetInt32().ShouldBe(0);
        waiting.GetProperty("queue").GetProperty("note").GetString().ShouldBe(
            "The one live node of this market cannot run it, because it has no GPU for jobs; a run on it has 0 GB of GPU memory, not 24. It waits for one that can.");

        using var other = await SimulatedNode.JoinedAsync(network);
        await JoinAsync(other, Large);
        (await other.BeatAsync()).Assignments.Single().Job.ToString().ShouldBe(job);
    }

    [Fact]
    public async Task A_waiting_job_that_a_busy_node_can_run_says_how_many_there_are()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await JoinAsync(node, Large);
        await network.PostJobAsync();

        var job = await network.PostJobAsync(WantsCard);

        var queue = (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("queue");
        queue.GetProperty("fittingNodes").GetInt32().ShouldBe(1);
        queue.TryGetProperty("note", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_post_that_names_a_node_which_cannot_run_it_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await JoinAsync(node, Small);

        (await network.PostAsync("/api/jobs/list", new { ipfsHash = await network.PinAsync(WantsCard), market = "default", node = node.Address.ToString() }))
            .ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.NodeUnfit).Error.ShouldContain("it has no GPU for jobs");
    }

    [Fact]
    public async Task A_need_that_is_no_number_is_refused_with_its_place()
    {
        await using var network = await TestNetwork.StartAsync();
        var definition = await network.PinAsync(WantsCard.Replace("24", "\"lots\"", StringComparison.Ordinal));

        (await network.PostAsync("/api/jobs/list", new { ipfsHash = definition, market = "default" }))
            .ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidDefinition).Error.ShouldContain("$.meta.system_resources.required_vram");
    }

    [Fact]
    public async Task A_node_drains_itself_and_goes_on()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);

        var drained = (await node.PostAsync("/api/nodes/drain", new { thenStop = true })).ShouldSucceed().Json;
        await network.PostJobAsync();

        drained.GetProperty("draining").GetBoolean().ShouldBeTrue();
        drained.GetProperty("state").GetString().ShouldBe("OTHER");
        (await node.BeatAsync()).ShouldSatisfyAllConditions(b => b.Assignments.ShouldBeEmpty(), b => b.Draining.ShouldBeTrue(), b => b.StopWhenIdle.ShouldBeTrue());
        (await node.PostAsync("/api/nodes/resume")).ShouldSucceed().Json.GetProperty("state").GetString().ShouldBe("RUNNING_JOB");
        (await node.BeatAsync()).Draining.ShouldBeFalse();
    }

    [Fact]
    public async Task A_node_stops_after_a_drain_whose_body_comes_without_its_length()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);

        (await network.SendAsync(HttpMethod.Post, "/api/nodes/drain", """{"thenStop":true}""", node.Token, r => r.Headers.TransferEncodingChunked = true)).ShouldSucceed();

        (await node.BeatAsync()).StopWhenIdle.ShouldBeTrue();
    }

    [Fact]
    public async Task The_operator_drains_a_node_and_nobody_else_does()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (key, _) = await network.NewAccountAsync();

        (await network.PostAsync($"/api/nodes/{node.Address}/drain", key: key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
        (await network.PostAsync("/api/nodes/nobody/drain")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.NodeNotFound);
        (await network.PostAsync($"/api/nodes/{node.Address}/drain")).ShouldSucceed();

        (await node.BeatAsync()).ShouldSatisfyAllConditions(b => b.Draining.ShouldBeTrue(), b => b.StopWhenIdle.ShouldBeFalse());
        (await network.PostAsync($"/api/nodes/{node.Address}/resume")).ShouldSucceed();
        (await node.BeatAsync()).Draining.ShouldBeFalse();
    }

    private static async Task JoinAsync(SimulatedNode node, NodeHardware hardware) =>
        (await node.PostAsync("/api/nodes/join", JsonSerializer.Serialize(new JoinMarketRequest("default") { Hardware = hardware }, ProtocolJson.Default.JoinMarketRequest))).ShouldSucceed();
}
