using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/nodes</c></summary>
internal static class NodeEndpoints
{
    private const int LongestName = 100;
    private const int LongestPolicy = 16 * 1024;
    private const double MostSecondsAgo = 10L * 365 * 86_400;

    public static async Task<IResult> ListAsync(NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var views = new List<NodeView>();
        foreach (var node in await engine.Read.NodesAsync(cancellation))
            views.Add(await NodeViews.Of(node, engine, names, time, cancellation));
        return Answers.Ok(views, ProtocolJson.Default.IReadOnlyListNodeView);
    }

    public static async Task<IResult> GetAsync(string node, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation) =>
        NodeAddress.TryParse(node, out var address) && await names.FindNodeAsync(address, cancellation) is { } found
            ? Answers.Ok(await NodeViews.Of(found, engine, names, time, cancellation), ProtocolJson.Default.NodeView)
            : NoNode(node);

    public static async Task<IResult> ChallengeAsync(HttpContext http, NodeTokens tokens)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.ChallengeRequest);
        return read.IsRefused ? Answers.Refuse(read.Refusal) : Answers.Ok(tokens.Challenge(read.Value.Node), ProtocolJson.Default.ChallengeAnswer);
    }

    public static async Task<IResult> TokenAsync(HttpContext http, NodeTokens tokens, Names names, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.TokenRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var (node, challenge, signature) = read.Value;
        if (!tokens.IsProven(node, challenge, signature))
            return Unproven();
        // Only those that somebody with the right registered get a token, so that having one is enough elsewhere.
        return await names.FindNodeAsync(node, cancellation) is null
            ? Answers.Refuse(ErrorCode.NodeNotFound, $"There is no node {node} in this network. Register it first (POST /api/nodes/register with an API key that has the scope {Scopes.NodesRegister}).")
            : Answers.Ok(tokens.Issue(node), ProtocolJson.Default.TokenAnswer);
    }

    public static async Task<IResult> RegisterAsync(HttpContext http, NetworkEngine engine, NodeTokens tokens, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.RegisterNodeRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var (node, challenge, signature, name) = read.Value;
        var (hardware, policy) = (read.Value.Hardware, read.Value.Policy);
        if (!tokens.IsProven(node, challenge, signature))
            return Unproven();
        if (name.Length is 0 or > LongestName || string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'name' is what people call the machine, 1 to {LongestName} characters, none of them a control character.");
        if (Mistake(hardware, policy) is { } mistake)
            return Answers.Refuse(ErrorCode.InvalidParameter, mistake);
        return await DoAsync(http, new RegisterNode(node, name) { Hardware = hardware, Policy = policy?.GetRawText() }, engine, names, time, cancellation);
    }

    public static async Task<IResult> JoinAsync(HttpContext http, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.JoinMarketRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (await names.FindMarketAsync(read.Value.Market, cancellation) is not { } market)
            return Answers.Refuse(ErrorCode.UnknownMarket, $"There is no market '{PathValues.Shown(read.Value.Market)}'. GET /api/markets lists those of this network.");
        var (hardware, policy) = (read.Value.Hardware, read.Value.Policy);
        if (Mistake(hardware, policy) is { } mistake)
            return Answers.Refuse(ErrorCode.InvalidParameter, mistake);
        return await DoAsync(
            http, new JoinMarket(http.CallingNode(), market.Address, read.Value.Slots) { Hardware = hardware, Policy = policy?.GetRawText() }, engine, names, time, cancellation);
    }

    public static Task<IResult> LeaveAsync(HttpContext http, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation) =>
        DoAsync(http, new LeaveMarket(http.CallingNode()), engine, names, time, cancellation);

    /// <summary>The node itself, or the operator of the network, has it take nothing new.</summary>
    public static async Task<IResult> DrainAsync(string? node, HttpContext http, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.DrainRequest, absent: new DrainRequest());
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        return Named(node, http) is not { } address
            ? NoNode(node)
            : await DoAsync(http, new DrainNode(address, read.Value.ThenStop), engine, names, time, cancellation);
    }

    public static async Task<IResult> ResumeAsync(string? node, HttpContext http, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation) =>
        Named(node, http) is not { } address
            ? NoNode(node)
            : await DoAsync(http, new ResumeNode(address), engine, names, time, cancellation);

    public static async Task<IResult> HeartbeatAsync(HttpContext http, NetworkEngine engine, Assignments assignments, ServiceIndex services, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.Heartbeat);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var duty = await engine.ExecuteAsync(new HeartbeatOf(http.CallingNode()), cancellation);
        return await Answers.OfAsync(duty, async d =>
        {
            var reports = read.Value.Runs.Where(r => r.Services is not null).DistinctBy(r => r.Run).ToDictionary(r => r.Run);
            var runs = new List<Assignment>(d.Runs.Count);
            foreach (var job in d.Runs)
            {
                var run = await assignments.OfAsync(job, cancellation);
                runs.Add(run);
                // Only of its own runs is a node asked how their services are.
                if (reports.TryGetValue(run.Run, out var report) && report.Epoch == run.Epoch)
                    services.Report(job.Key, run.Run, report.Services!);
            }

            return new HeartbeatAnswer(runs, (int)Leases.Length.TotalSeconds, d.Market)
            {
                Draining = d.Node.Drain is not Drain.None,
                StopWhenIdle = d.Node.Drain is Drain.ThenStop,
            };
        }, ProtocolJson.Default.HeartbeatAnswer);
    }

    public static async Task<IResult> StartRunAsync(string run, HttpContext http, NetworkEngine engine, Assignments assignments, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.RunStart);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (!RunAddress.TryParse(run, out var address))
            return NoRun(run);
        var started = await engine.ExecuteAsync(new StartRun(http.CallingNode(), address, read.Value.Epoch), cancellation);
        return Answers.Of(started, j => new RunStarted(j.StartedAt!.Value, assignments.Remaining(j)!.Value), ProtocolJson.Default.RunStarted);
    }

    public static async Task<IResult> SecretsOfRunAsync(string run, HttpContext http, JobSecrets secrets, CancellationToken cancellation)
    {
        if (!int.TryParse(http.Request.Query["epoch"], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            return Answers.Refuse(ErrorCode.InvalidParameter, "'epoch' is missing: the number of the run.");
        if (!RunAddress.TryParse(run, out var address))
            return NoRun(run);
        http.Response.Headers.CacheControl = "no-store";
        return Answers.Of(await secrets.OfRunAsync(http.CallingNode(), address, epoch, cancellation), s => s, ProtocolJson.Default.RunSecrets);
    }

    public static async Task<IResult> FinishRunAsync(string run, HttpContext http, NetworkEngine engine, ContentFiles files, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.RunFinish);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var finish = read.Value;
        if (!RunAddress.TryParse(run, out var address))
            return NoRun(run);
        if (!Enum.IsDefined(finish.Reason))
            return Answers.Refuse(ErrorCode.InvalidParameter, "'reason' is none of the reasons for which a run ends.");
        if (!(finish.EndedSecondsAgo is >= 0 and <= MostSecondsAgo))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'endedSecondsAgo' is a number of seconds from 0 to {MostSecondsAgo:0}.");
        // A result that is pinned nowhere would be lost with the node, so a run does not end before it is here.
        if (finish.Result is { } result && !await files.IsPinnedAsync(result, cancellation))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"The result {result} is not pinned on this network. Pin it (POST /pinning/pinFileToIPFS), then report the end again.");
        var finished = await engine.ExecuteAsync(
            new FinishRun(http.CallingNode(), address, finish.Epoch, finish.Reason, finish.Result, TimeSpan.FromSeconds(finish.EndedSecondsAgo)), cancellation);
        return Answers.Of(finished, j => new RunFinished(j.State.Status(j.Reason), j.Settled), ProtocolJson.Default.RunFinished);
    }

    public static async Task<IResult> TunnelAsync(HttpContext http, Names names, Tunnels tunnels, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return Answers.Refuse(ErrorCode.MalformedRequest, "This route is a WebSocket. Dial it as one.");
        if (await names.FindNodeAsync(http.CallingNode(), cancellation) is not { } node)
            return Answers.Refuse(ErrorCode.NodeNotFound, $"There is no node {http.CallingNode()} in this network. Register it first (POST /api/nodes/register).");
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        await using var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        await tunnels.ServeAsync(node, stream, lifetime.ApplicationStopping);
        return Results.Empty;
    }

    /// <summary>Carries out what may be done twice without harm, and shows the node.</summary>
    private static Task<IResult> DoAsync(HttpContext http, Command<Node> command, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation) =>
        http.DoAsync<NodeView, NodeView>(async () =>
        {
            var done = await engine.ExecuteAsync(command, cancellation);
            if (done.IsRefused)
                return done.Refusal;
            names.Add(done.Value);
            return await NodeViews.Of(done.Value, engine, names, time, cancellation);
        }, static view => view, ProtocolJson.Default.NodeView, cancellation);

    /// <summary>What is shown to everybody has to be small and of the right kind.</summary>
    private static string? Mistake(NodeHardware? hardware, JsonElement? policy) =>
        hardware?.Mistake()
        ?? (policy is { } said && (said.ValueKind is not JsonValueKind.Object || said.GetRawText().Length > LongestPolicy)
            ? $"'policy' is an object of at most {LongestPolicy} characters."
            : null);

    /// <summary>The node of the path, or that whose token it is.</summary>
    private static NodeAddress? Named(string? node, HttpContext http) =>
        node is null ? http.CallingNode() : NodeAddress.TryParse(node, out var address) ? address : null;

    private static IResult NoNode(string? node) =>
        Answers.Refuse(ErrorCode.NodeNotFound, $"There is no node '{PathValues.Shown(node ?? "")}' in this network. GET /api/nodes lists them.");

    private static IResult Unproven() => Answers.Refuse(ErrorCode.Unauthenticated,
        "The challenge is not one of this network for that node, has run out, or was not signed with the node's key. Ask for a new one (POST /api/nodes/challenge) and sign its UTF-8 bytes.");

    private static IResult NoRun(string run) => Answers.Refuse(ErrorCode.StaleEpoch, $"'{PathValues.Shown(run)}' is no run of this network: stop its containers and remove them.");
}
