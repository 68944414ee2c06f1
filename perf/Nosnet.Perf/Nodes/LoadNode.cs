using System.Globalization;
using System.Text;
using System.Text.Json;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Perf;

/// <summary>A node that says what nodes say and runs nothing.</summary>
internal sealed class LoadNode
{
    private LoadNode(Uri server, string token)
    {
        Server = server;
        Token = token;
        Beat = Say("heartbeat", """{"runs":[]}""");
    }

    public Uri Server { get; }
    public string Token { get; }

    /// <summary>The request of a heartbeat.</summary>
    public byte[] Beat { get; }

    /// <summary>A new node, registered and with its token.</summary>
    public static async Task<LoadNode> RegisterAsync(Caller caller, Uri server)
    {
        using var key = KeyPair.Generate();
        var node = new NodeAddress(key.Address);
        var asked = await caller.AskAsync(Caller.Request("POST", server, "/api/nodes/challenge", token: null, $$"""{"node":"{{node}}"}"""));
        // One challenge serves both calls.
        var challenge = JsonSerializer.Deserialize(asked.Span, ProtocolJson.Default.ChallengeAnswer)!.Challenge;
        var proof = $"""
            "node":"{node}","challenge":"{challenge}","signature":"{Base58.Bitcoin.Encode(key.Sign(Encoding.UTF8.GetBytes(challenge)))}"
            """;
        await caller.AskAsync(Caller.Request("POST", server, "/api/nodes/register", MeasuredServer.Key, $$"""{{{proof}},"name":"a machine"}"""));
        var token = await caller.AskAsync(Caller.Request("POST", server, "/api/nodes/token", token: null, $$"""{{{proof}}}"""));
        return new LoadNode(server, Caller.Text(token.Span, "token"u8)!);
    }

    public byte[] Join(int slots) => Say("join", string.Create(CultureInfo.InvariantCulture, $$"""{"market":"{{MeasuredServer.Market}}","slots":{{slots}}}"""));

    public byte[] Start((string Address, int Epoch) run) =>
        Say($"runs/{run.Address}/start", string.Create(CultureInfo.InvariantCulture, $$"""{"epoch":{{run.Epoch}}}"""));

    public byte[] Finish((string Address, int Epoch) run, Cid result) =>
        Say($"runs/{run.Address}/finish", string.Create(CultureInfo.InvariantCulture, $$"""{"epoch":{{run.Epoch}},"reason":"completed","result":"{{result}}","endedSecondsAgo":0}"""));

    private byte[] Say(string what, string body) => Caller.Request("POST", Server, $"/api/nodes/{what}", Token, body);
}
