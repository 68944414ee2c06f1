using System.Net;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Passes the live log of one run from its node to a reader, across reconnections of the node, until it is complete.</summary>
internal sealed partial class RunLogPump(Tunnels tunnels, NodeAddress node, RunAddress run, int epoch, long after, IJobListener listener, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the node may take for the next lines once the run has ended.</summary>
    private static readonly TimeSpan LastLinesTime = TimeSpan.FromSeconds(2);

    private readonly Dictionary<LogLane, int> _sent = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _fromTheFirst = after == 0;

    public int Epoch => epoch;

    /// <summary>The number of the last line that was passed on.</summary>
    public long Last { get; private set; } = after;

    /// <summary>Whether the node said that there is no more.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How many lines were passed on, where that is all there were up to <see cref="Last"/>.</summary>
    public IReadOnlyDictionary<LogLane, int>? Sent => _fromTheFirst ? _sent : null;

    /// <summary>The run has ended: what is not to be had of its node at once is not to be had of it any more.</summary>
    public void RunEnded() => _ended.TrySetResult();

    /// <summary>Runs until the log is complete or nothing more can come of it, or until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!IsComplete)
        {
            var isLast = _ended.Task.IsCompleted;
            try
            {
                IsComplete = await PassOnAsync(cancellation);
            }
            catch (Exception failure) when (failure is HttpRequestException or InvalidDataException || (failure is IOException or OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                LogInterrupted(node, run, failure.Message);
            }

            if (IsComplete || isLast)
                return;
            await Task.WhenAny(_ended.Task, Task.Delay(Pause, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
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
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var batches = NodeLog.ReadAsync(body, reading.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await MoveNextAsync(batches, reading))
        {
            LogEntry[] entries = [.. batches.Current.SkipWhile(entry => entry.Id <= Last)];
            if (entries.Length == 0)
                continue;
            await listener.LogAsync(epoch, entries, cancellation);
            Last = entries[^1].Id;
            foreach (var entry in entries)
            {
                var lane = new LogLane(entry.OpId, entry.Kind);
                _sent[lane] = _sent.GetValueOrDefault(lane) + 1;
            }
        }

        return true;
    }

    /// <summary>Waits as long as it takes while the run goes on, and not for long once it has ended.</summary>
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<IReadOnlyList<LogEntry>> batches, CancellationTokenSource reading)
    {
        var next = batches.MoveNextAsync().AsTask();
        if (!next.IsCompleted)
            await Task.WhenAny(next, _ended.Task);
        if (!next.IsCompleted)
            await Task.WhenAny(next, Task.Delay(LastLinesTime, time, reading.Token));
        if (!next.IsCompleted)
            await reading.CancelAsync();
        return await next;
    }

    [LoggerMessage(1, LogLevel.Debug, "The log of run {Run} was interrupted at node {Node}: {Reason}")]
    private partial void LogInterrupted(NodeAddress node, RunAddress run, string reason);
}
