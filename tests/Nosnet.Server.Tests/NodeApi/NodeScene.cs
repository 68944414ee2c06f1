using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>A node with a running job of two groups, whose owner has a wallet.</summary>
internal sealed class NodeScene : IAsyncDisposable
{
    public const string Definition = """
        {"version":"0.1","type":"container","ops":[
          {"type":"container/run","id":"first","args":{"image":"busybox","cmd":["x"]},"execution":{"group":"one"}},
          {"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080},"execution":{"group":"two"}}]}
        """;

    private NodeScene(TestNetwork network, SimulatedNode node, TunnelNode tunnel) => (Network, Node, Tunnel) = (network, node, tunnel);

    public TestNetwork Network { get; }
    public SimulatedNode Node { get; }
    public TunnelNode Tunnel { get; }
    public KeyPair Wallet { get; } = KeyPair.Generate();
    public string OwnerKey { get; private set; } = "";
    public string Job { get; private set; } = "";
    public Assignment Run { get; private set; } = null!;

    public string Host => $"{Node.Address}.localhost";

    public static async Task<NodeScene> StartAsync(FakeTimeProvider? time = null)
    {
        var network = await TestNetwork.StartAsync(time: time);
        var node = await SimulatedNode.JoinedAsync(network);
        var scene = new NodeScene(network, node, await TunnelNode.OpenAsync(network, node));
        await scene.PostAsync();
        return scene;
    }

    /// <summary>What the node says of the run: the first operation has ended, the second runs.</summary>
    public static JobResult Standing { get; } = new()
    {
        Status = ResultStatus.Running,
        StartTime = Results.Start,
        Operations =
        [
            new OperationResult { OperationId = "first", Group = "one", ProviderId = "c1", Status = ResultStatus.Success, StartTime = Results.Start, EndTime = Results.Start.AddSeconds(1), ExitCode = 0 },
            new OperationResult { OperationId = "web", Group = "two", Status = new ResultStatus("restarting"), StartTime = Results.Start },
        ],
    };

    public Task<Answer> AskAsync(HttpMethod method, string path, string? authorization, Action<HttpRequestMessage>? with = null) =>
        Network.SendAsync(method, path, key: "", with: r =>
        {
            r.Headers.Host = Host;
            if (authorization is not null)
                r.Headers.TryAddWithoutValidation("Authorization", authorization);
            with?.Invoke(r);
        });

    public Task<Answer> GetAsync(string path) => AskAsync(HttpMethod.Get, path, $"Bearer {OwnerKey}");

    public string Sign(string message, TimeProvider? time = null) => SignedMessage.Create(Wallet, message, time);

    public async ValueTask DisposeAsync()
    {
        Wallet.Dispose();
        await Tunnel.DisposeAsync();
        Node.Dispose();
        await Network.DisposeAsync();
    }

    private async Task PostAsync()
    {
        var engine = Network.Server.Services.GetRequiredService<NetworkEngine>();
        (await engine.ExecuteAsync(new CreateAccount(new AccountAddress(Wallet.Address), "a wallet"), TestNetwork.Cancellation)).IsRefused.ShouldBeFalse();
        var account = new AccountAddress(Wallet.Address).ToString();
        OwnerKey = (await Network.PostAsync("/api/api-keys", new { account, name = "its key" })).ShouldSucceed().Json.GetProperty("key").GetString()!;
        (await Network.PostAsync("/api/credits/grant", new { account, amount = 10 })).ShouldSucceed();
        Job = await Network.PostJobAsync(Definition, key: OwnerKey);
        Run = (await Node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        Tunnel.Operations[Run.Run.ToString()] = Standing;
    }
}
