using System.Text;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class NodeSessionTests
{
    private const string View = """
        {"address":"97G9NnvBDQ2WpKu6fasoMsAKmfj63C9rhysJnkeWodAf","name":"box","state":"QUEUED","slots":1,"runningJobs":0}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_gets_its_token_by_signing_a_challenge_and_keeps_it()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1");
        network.Answer("POST /api/nodes/join", View);
        network.Answer("POST /api/nodes/leave", View);
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        await session.JoinAsync("gpu", 2, Cancellation);
        await session.LeaveAsync(Cancellation);
        network.Requests.Select(r => r.Line).ShouldBe(
            ["POST /api/nodes/challenge", "POST /api/nodes/token", "POST /api/nodes/join", "POST /api/nodes/leave"]);
        network.Requests[0].Header("Authorization").ShouldBeNull();
        network.Requests[1].Body.ShouldBe($$"""{"node":"{{Sample.Node}}","challenge":"c","signature":"signed c"}""");
        network.Requests[2].Body.ShouldBe("""{"market":"gpu","slots":2}""");
        network.Requests[3].Header("Authorization").ShouldBe("Bearer t1");
    }

    [Fact]
    public async Task A_token_is_exchanged_a_minute_before_it_expires()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2026-01-01T00:10:00Z", "t1", "t2");
        var clock = new SkippingClock();
        using var client = network.Client(o => o.TimeProvider = clock);
        using var session = client.Nodes.Session(Sample.Node, Sign);
        (await session.TokenAsync(Cancellation)).ShouldBe("t1");
        clock.Advance(TimeSpan.FromMinutes(8.9));
        (await session.TokenAsync(Cancellation)).ShouldBe("t1");
        clock.Advance(TimeSpan.FromMinutes(0.2));
        (await session.TokenAsync(Cancellation)).ShouldBe("t2");
    }

    [Fact]
    public async Task A_token_that_the_network_forgot_is_exchanged_once()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1", "t2");
        network.Answer("POST /api/nodes/heartbeat", "\"Unauthorized\"", 401);
        network.Answer("POST /api/nodes/heartbeat", """{"assignments":[],"leaseSeconds":20}""");
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        (await session.HeartbeatAsync(new Heartbeat([new RunReport(Sample.Run, 1, RunPhase.Running)]), Cancellation)).LeaseSeconds.ShouldBe(20);
        network.Requests[^1].Header("Authorization").ShouldBe("Bearer t2");
        network.Requests[^1].Body.ShouldBe($$"""{"runs":[{"run":"{{Sample.Run}}","epoch":1,"phase":"running"}]}""");
    }

    [Fact]
    public async Task Many_calls_at_once_ask_for_one_token()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1");
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => session.TokenAsync(Cancellation)));
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Registering_is_done_with_the_API_key_and_proves_the_nodes_key()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z");
        network.Answer("POST /api/nodes/register", View);
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        (await session.RegisterAsync("box", Cancellation)).Name.ShouldBe("box");
        network.Requests[1].Header("Authorization").ShouldBe("Bearer nos_test");
        network.Requests[1].Body.ShouldBe($$"""{"node":"{{Sample.Node}}","challenge":"c","signature":"signed c","name":"box"}""");
    }

    [Fact]
    public async Task Runs_are_started_and_finished_by_their_epoch()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1");
        network.Answer($"POST /api/nodes/runs/{Sample.Run}/start", """{"startedAt":"2026-01-01T00:00:00Z","remainingSeconds":60.5}""");
        network.Answer($"POST /api/nodes/runs/{Sample.Run}/finish", """{"message":"The run belongs to another epoch.","code":"STALE_EPOCH","statusCode":409}""", 409);
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        (await session.StartAsync(Sample.Run, new RunStart(3), Cancellation)).RemainingSeconds.ShouldBe(60.5);
        var finish = new RunFinish { Epoch = 3, Reason = EndReason.Completed, Result = Cid.Parse(Sample.Cid), EndedSecondsAgo = 0.25 };
        (await Should.ThrowAsync<NosanaException>(() => session.FinishAsync(Sample.Run, finish, Cancellation))).Is(ErrorCode.StaleEpoch).ShouldBeTrue();
        network.Requests[^1].Body.ShouldBe($$"""{"epoch":3,"reason":"completed","result":"{{Sample.Cid}}","endedSecondsAgo":0.25}""");
    }

    [Fact]
    public async Task A_node_pins_with_its_token()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1");
        network.Answer("POST /pinning/pinFileToIPFS", """{"IpfsHash":"QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH","PinSize":6,"Timestamp":"2026-01-01T00:00:00Z"}""");
        using var client = network.Client();
        using var session = client.Nodes.Session(Sample.Node, Sign);
        (await session.Ipfs.AddAsync(new MemoryStream(), Cancellation)).Digest.IsZero.ShouldBeFalse();
        network.Requests[^1].Header("Authorization").ShouldBe("Bearer t1");
    }

    [Fact]
    public async Task A_key_pair_signs_for_its_node()
    {
        await using var network = await TestNetwork.StartAsync();
        Tokens(network, "2027-01-01T00:00:00Z", "t1");
        using var client = network.Client();
        using var key = KeyPair.Generate();
        using var session = client.Nodes.Session(key);
        await session.TokenAsync(Cancellation);
        var sent = JsonElement.Parse(network.Requests[1].Bytes);
        sent.GetProperty("node").GetString().ShouldBe(key.Address.ToString());
        var signed = $"c:{sent.GetProperty("signature").GetString()}";
        SignedMessage.Check(signed, key.Address, TimeProvider.System, "c").ShouldBe(SignatureCheck.Valid);
    }

    [Fact]
    public async Task Nodes_are_listed_and_shown()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/nodes", $"[{View}]");
        network.Answer($"GET /api/nodes/{Sample.Node}", View);
        using var client = network.Client();
        (await client.Nodes.ListAsync(Cancellation)).ShouldHaveSingleItem().ShouldBe(await client.Nodes.GetAsync(Sample.Node, Cancellation));
    }

    private static void Tokens(TestNetwork network, string expiresAt, params string[] tokens)
    {
        network.Answer("POST /api/nodes/challenge", $$"""{"challenge":"c","expiresAt":"{{expiresAt}}"}""");
        foreach (var token in tokens)
            network.Answer("POST /api/nodes/token", $$"""{"token":"{{token}}","expiresAt":"{{expiresAt}}"}""");
    }

    private static string Sign(ReadOnlyMemory<byte> bytes) => $"signed {Encoding.UTF8.GetString(bytes.Span)}";
}
