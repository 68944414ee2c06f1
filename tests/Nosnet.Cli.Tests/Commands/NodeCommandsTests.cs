using System.Text.Json;

namespace Nosnet.Cli.Tests;

public sealed class NodeCommandsTests
{
    private static readonly string View =
        $$"""{"address":"{{Sample.Node}}","name":"rack-3","state":"OTHER","market":"{{Sample.Market}}","slots":4,"runningJobs":1,"draining":true}""";

    [Fact]
    public async Task Nodes_are_listed_with_what_they_do()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/nodes", $"[{View}]");
        network.Answer("GET /api/markets/", "[]");
        (await Cli.RunAsync(network, "node", "list")).Out.ShouldMatch($@"rack-3\s+{Sample.Node}\s+OTHER, draining\s.*1 of 4");
        JsonElement.Parse((await Cli.RunAsync(network, "node", "list", "--json")).Out)[0].GetProperty("name").GetString().ShouldBe("rack-3");
    }

    [Fact]
    public async Task A_node_is_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/nodes/{Sample.Node}", View);
        (await Cli.RunAsync(network, "node", "get", Sample.Node.ToString())).Out.ShouldMatch(@"jobs\s+1 of 4");
    }

    [Fact]
    public async Task A_node_is_shown_with_its_markets_name_and_a_row_for_each_thing_its_policy_says()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/markets/{Sample.Market}/", $$"""{"address":"{{Sample.Market}}","slug":"gpu","name":"GPU"}""");
        network.Answer($"GET /api/nodes/{Sample.Node}", View.Replace(
            "\"slots\"", """
            "policy":{"readOnlyRoot":false,"allowedRegistries":["docker.io/library","ghcr.io/acme"],"egress":"open","limits":{"pids":4096,"cpus":null}},"slots"
            """.Trim(), StringComparison.Ordinal));
        var shown = (await Cli.RunAsync(network, "node", "get", Sample.Node.ToString())).Out;
        shown.ShouldMatch($@"market +gpu \({Sample.Market}\)\n");
        shown.ShouldMatch(@"policy readOnlyRoot +no\n");
        shown.ShouldMatch(@"policy allowedRegistries +docker\.io/library, ghcr\.io/acme\n");
        shown.ShouldMatch(@"policy egress +open\n");
        shown.ShouldMatch(@"policy limits pids +4096\n");
        shown.ShouldNotContain("cpus");
    }

    [Theory]
    [InlineData(false, "node", "drain")]
    [InlineData(true, "node", "drain", "--then-stop")]
    public async Task A_node_is_drained_and_ends_with_its_last_job_only_where_asked_to(bool thenStop, params string[] command)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/nodes/{Sample.Node}/drain", View);
        var run = await Cli.RunAsync(network, [.. command, Sample.Node.ToString()]);
        run.Code.ShouldBe(ExitCodes.Ok);
        run.Out.ShouldContain("OTHER, draining");
        var body = JsonElement.Parse(network.Request.Bytes);
        (body.TryGetProperty("thenStop", out var said) && said.GetBoolean()).ShouldBe(thenStop);
    }

    [Fact]
    public async Task A_node_is_resumed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/nodes/{Sample.Node}/resume", View.Replace("true", "false", StringComparison.Ordinal));
        var run = await Cli.RunAsync(network, "node", "resume", Sample.Node.ToString());
        run.Code.ShouldBe(ExitCodes.Ok);
        run.Out.ShouldNotContain("draining");
    }

    [Fact]
    public async Task Without_an_address_and_without_a_key_on_this_machine_it_says_what_to_name()
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, "node", "drain", "--data", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        run.Code.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("Say which node: its address, or --data");
    }
}
