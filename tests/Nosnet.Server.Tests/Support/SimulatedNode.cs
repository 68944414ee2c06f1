using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Server.Tests;

/// <summary>A node that speaks the node's protocol with a real key and runs nothing.</summary>
internal sealed class SimulatedNode(TestNetwork network) : IDisposable
{
    private readonly KeyPair _key = KeyPair.Generate();

    public NodeAddress Address => new(_key.Address);

    public string Token { get; private set; } = "";

    public void Dispose() => _key.Dispose();

    public static async Task<SimulatedNode> JoinedAsync(TestNetwork network, int slots = 1)
    {
        var node = new SimulatedNode(network);
        await node.RegisterAsync();
        await node.TakeTokenAsync();
        (await node.PostAsync("/api/nodes/join", new { market = Genesis.FirstMarket.ToString(), slots })).ShouldSucceed();
        return node;
    }

    public async Task<string> ChallengeAsync() =>
        (await network.PostAsync("/api/nodes/challenge", new { node = Address.ToString() }, key: "")).ShouldSucceed().Json.GetProperty("challenge").GetString()!;

    public string Sign(string text) => Base58.Bitcoin.Encode(_key.Sign(Encoding.UTF8.GetBytes(text)));

    public async Task<Answer> RegisterAsync(string name = "a machine", string? key = TestNetwork.OperatorKey)
    {
        var challenge = await ChallengeAsync();
        return await network.PostAsync("/api/nodes/register", new { node = Address.ToString(), challenge, signature = Sign(challenge), name }, key);
    }

    public async Task TakeTokenAsync()
    {
        var challenge = await ChallengeAsync();
        var answer = await network.PostAsync("/api/nodes/token", new { node = Address.ToString(), challenge, signature = Sign(challenge) }, key: "");
        Token = answer.ShouldSucceed().Json.GetProperty("token").GetString()!;
    }

    public Task<Answer> PostAsync(string path, object? body = null) => network.PostAsync(path, body, Token);

    public async Task<HeartbeatAnswer> BeatAsync() =>
        JsonSerializer.Deserialize((await PostAsync("/api/nodes/heartbeat", new { runs = Array.Empty<object>() })).ShouldSucceed().Bytes, ProtocolJson.Default.HeartbeatAnswer)!;

    public Task<Answer> StartAsync(Assignment run) => PostAsync($"/api/nodes/runs/{run.Run}/start", new { epoch = run.Epoch });

    public Task<Answer> FinishAsync(Assignment run, string? result = null, string reason = "completed", double endedSecondsAgo = 0) =>
        PostAsync($"/api/nodes/runs/{run.Run}/finish", new { epoch = run.Epoch, reason, result, endedSecondsAgo });

    public async Task<string> PinAsync(JobResult result)
    {
        using var file = new ByteArrayContent(result.ToUtf8Bytes()) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var form = new MultipartFormDataContent { { file, "file", "blob" } };
        return (await PostAsync("/pinning/pinFileToIPFS", form)).ShouldSucceed().Json.GetProperty("IpfsHash").GetString()!;
    }
}
