using System.Diagnostics;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>The official client's flow, run once against a real server with its own node; each test looks at some of its calls.</summary>
public sealed class OfficialClientFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, JsonElement> _calls = [];
    private LiveNetwork? _network;

    internal LiveNetwork Network => _network!;

    public async ValueTask InitializeAsync()
    {
        _network = await LiveNetwork.StartAsync(engine: null, withNode: true);
        await Network.Client.Markets.CreateAsync(new MarketSettings { Slug = "dear", RewardPerHour = Credits.FromUsd(1_000) }, TestContext.Current.CancellationToken);

        var flow = Path.Combine(Repository.Root, "tests", "Nosnet.EndToEnd", "OfficialClient", "flow.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [flow, Network.Url, LiveNetwork.ApiKey]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(Patience);
        while (await node.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            var call = JsonElement.Parse(line);
            _calls.Add(call.GetProperty("call").GetString()!, call);
        }

        await node.WaitForExitAsync(limit.Token);
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"The official client's flow ended with {node.ExitCode}: {await errors}\nThe server said:\n{Network.Server.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
            await _network.DisposeAsync();
    }

    /// <summary>What a call returned.</summary>
    public JsonElement Value(string call) =>
        _calls[call].GetProperty("ok").GetBoolean()
            ? _calls[call].TryGetProperty("value", out var value) ? value : default
            : throw new InvalidOperationException($"{call} was refused: {_calls[call]}");

    /// <summary>What a call threw.</summary>
    public (string Message, string? Code, int? Status) Refusal(string call)
    {
        var line = _calls[call];
        line.GetProperty("ok").GetBoolean().ShouldBeFalse($"{call} should have been refused: {line}");
        var error = line.GetProperty("error");
        return (
            error.GetProperty("message").GetString()!,
            error.TryGetProperty("code", out var code) ? code.GetString() : null,
            error.TryGetProperty("statusCode", out var status) ? status.GetInt32() : null);
    }
}
