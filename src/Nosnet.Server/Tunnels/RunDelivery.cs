using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Tells nodes at once what changed of their runs. What does not arrive is repeated by the node's next heartbeat, so nothing here is
/// tried twice.
/// </summary>
internal sealed partial class RunDelivery(NetworkEngine engine, Tunnels tunnels, Names names, Assignments assignments, SharedServices shared, TimeProvider time, ILogger<RunDelivery> logger) : BackgroundService
{
    private const int MostAtOnce = 256;
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromSeconds(10);

    // Unbounded, yet no longer than there are nodes: each stands in it once.
    private readonly Channel<long> _queue = Channel.CreateUnbounded<long>();
    private readonly Lock _lock = new();
    private readonly Dictionary<long, bool> _changedAgain = [];

    /// <summary>Hears of every change before the server takes its first request.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Committed += OnCommitted;
        engine.Missed += TellAll;
        tunnels.Opened += Tell;
        shared.Drained += OnDrained;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(_queue.Reader.ReadAllAsync(stoppingToken), options, DeliverAsync);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the nodes ask again when it is back.
        }
        finally
        {
            engine.Committed -= OnCommitted;
            engine.Missed -= TellAll;
            tunnels.Opened -= Tell;
            shared.Drained -= OnDrained;
        }
    }

    private void OnCommitted(Committed committed)
    {
        foreach (var node in committed.ToldNodes)
            Tell(node);
    }

    private void OnDrained(NodeAddress node)
    {
        if (tunnels.Find(node) is { } tunnel)
            Tell(tunnel.NodeKey);
    }

    private void TellAll()
    {
        foreach (var node in tunnels.NodeKeys)
            Tell(node);
    }

    /// <summary>One delivery per node at a time, so that an older state never arrives after a newer one.</summary>
    private void Tell(long node)
    {
        lock (_lock)
        {
            if (_changedAgain.TryAdd(node, false))
                _queue.Writer.TryWrite(node);
            else
                _changedAgain[node] = true;
        }
    }

    private async ValueTask DeliverAsync(long node, CancellationToken cancellation)
    {
        do
        {
            try
            {
                await DeliverOnceAsync(node, cancellation);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                LogFailed(node, failure.Message);
            }
        }
        while (HasChangedAgain(node));
    }

    private bool HasChangedAgain(long node)
    {
        lock (_lock)
        {
            if (!_changedAgain[node])
                return !_changedAgain.Remove(node);
            _changedAgain[node] = false;
            return true;
        }
    }

    private async Task DeliverOnceAsync(long node, CancellationToken cancellation)
    {
        if (tunnels.Find(await names.NodeAsync(node, cancellation)) is not { } tunnel)
            return;
        using var deadline = new CancellationTokenSource(DeliveryTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var jobs = await engine.Read.RunningJobsAsync(node, either.Token);
        var current = new HashSet<RunAddress>();
        foreach (var job in jobs)
        {
            var run = engine.Addresses.Run(job.Key, job.Epoch);
            var state = new DeliveredRun(job.TimeoutSeconds, await assignments.IsToStopAsync(job, either.Token));
            current.Add(run);
            if (tunnel.Delivered.TryGetValue(run, out var told) && told == state)
                continue;
            await PutAsync(tunnel, await assignments.OfAsync(job, either.Token), either.Token);
            tunnel.Delivered[run] = state;
        }

        foreach (var over in tunnel.Delivered.Keys.Where(run => !current.Contains(run)).ToList())
            tunnel.Delivered.Remove(over);
    }

    private static async Task PutAsync(Tunnel tunnel, Assignment assignment, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://node/runs/{assignment.Run}")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(assignment, ProtocolJson.Default.Assignment))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        using var answer = await tunnel.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    [LoggerMessage(1, LogLevel.Warning, "Node {Node} could not be told of its runs: {Reason}. Its next heartbeat tells it.")]
    private partial void LogFailed(long node, string reason);
}
