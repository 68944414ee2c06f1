using System.Net;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Passes the live log of one run from its node to a reader, across reconnections of the node, until it is complete.</summary>
internal sealed partial class RunLogPump(Tunnels tunnels, NodeAddress node, RunAddress run, int epoch, long after, EventWriter writer, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<LogLane, int> _sent = [];
    private readonly bool _fromTheFirst = after == 0;

    public int Epoch => epoch;

    /// <summary>The number of the last line that was passed on.</summary>
    public long Last { get; private set; } = after;

    /// <summary>Whether the node said that there is no more.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How many lines were passed on, where that is all there were up to <see cref="Last"/>.</summary>
    public IReadOnlyDictionary<LogLane, int>? Sent => _fromTheFirst ? _sent : null;

    /// <summary>Runs until the log is complete, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!IsComplete)
        {
            try
            {
                IsComplete = await PassOnAsync(cancellation);
            }
            catch (Exception failure) when (failure is HttpRequestException or InvalidDataException || (failure is IOException && !cancellation.IsCancellationRequested))
            {
                LogInterrupted(node, run, failure.Message);
            }

            if (!IsComplete)
                await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task<bool> PassOnAsync(CancellationToken cancellation)
    {
        var sent = await tunnels.SendAsync(node, () => new HttpRequestMessage(HttpMethod.Get, $"http://node/runs/{run}/logs?after={Last}"), cancellation);
        if (sent.IsRefused)
            return false;
        using var answer = sent.Value;
        // The node may not have been told of the run yet, or not any more.
        if (answer.StatusCode is not HttpStatusCode.OK)
            return false;
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        await foreach (var entry in NodeLog.ReadAsync(body, cancellation))
        {
            if (entry.Id <= Last)
                continue;
            await writer.WriteAsync(JobStreamEvents.Log, new LogPosition(epoch, entry.Id).ToString(), entry, ProtocolJson.Default.LogEntry, cancellation);
            Last = entry.Id;
            var lane = new LogLane(entry.OpId, entry.Kind);
            _sent[lane] = _sent.GetValueOrDefault(lane) + 1;
        }

        return true;
    }

    [LoggerMessage(1, LogLevel.Debug, "The log of run {Run} was interrupted at node {Node}: {Reason}")]
    private partial void LogInterrupted(NodeAddress node, RunAddress run, string reason);
}
