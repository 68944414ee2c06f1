using System.Globalization;
using System.Text.Json.Nodes;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/flog</c>: the lines of a job's operations, and what the node says of the job as the operation <c>system</c>.</summary>
internal sealed class FlowLogListener(NodeSocket socket, JobDefinition? definition, string? group, string? operation, string? type) : IJobListener
{
    private const string System = "system";

    private readonly Dictionary<string, string> _groups =
        definition?.Ops.ToDictionary(op => op.Id, op => op.Execution?.Group ?? op.Id, StringComparer.Ordinal) ?? [];

    private readonly RisingTimes _times = new();

    public Task StatusAsync(JobProgress progress, CancellationToken cancellation) => Task.CompletedTask;

    public async Task LogAsync(int epoch, IReadOnlyList<LogEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            var id = entry.OpId ?? System;
            var its = entry.OpId is null ? System : _groups.GetValueOrDefault(id, id);
            var kind = entry.Kind switch
            {
                LogKind.Stdout or LogKind.Stderr => "container",
                LogKind.Error => "error",
                _ => "info",
            };
            if ((group is not null && its != group) || (operation is not null && id != operation) || (type is not null && kind != type))
                continue;
            var data = new JsonObject { ["opId"] = id, ["group"] = its, ["type"] = kind, ["timestamp"] = _times.Of(entry), ["message"] = entry.Message };
            if (entry.Kind is LogKind.Progress)
                data["progress"] = new JsonObject { ["current"] = entry.Current, ["total"] = entry.Total };
            await socket.SendAsync("flog", data, cancellation);
        }
    }

    public Task EndAsync(Job job, CancellationToken cancellation) => Task.CompletedTask;

    public Task BeatAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary><c>/log</c>: the log of the job as the node's own console would show it.</summary>
internal sealed class TaskLogListener(NodeSocket socket, JobAddress job) : IJobListener
{
    private readonly RisingTimes _times = new();

    public Task StatusAsync(JobProgress progress, CancellationToken cancellation) => Task.CompletedTask;

    public async Task LogAsync(int epoch, IReadOnlyList<LogEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            var (method, type) = entry.Kind switch
            {
                LogKind.Stdout or LogKind.Stderr => ("container", "log"),
                LogKind.Error => ("node", "error"),
                LogKind.Progress => ("node", "process"),
                _ => ("node", "info"),
            };
            var data = new JsonObject { ["log"] = Line(entry), ["method"] = method, ["type"] = type, ["timestamp"] = _times.Of(entry), ["job"] = job.ToString() };
            if (entry.Kind is LogKind.Progress)
            {
                data["pending"] = entry.Total is null || entry.Current < entry.Total;
                data["payload"] = new JsonObject { ["current"] = entry.Current, ["total"] = entry.Total };
            }

            await socket.SendAsync("log", data, cancellation);
        }
    }

    public Task EndAsync(Job job, CancellationToken cancellation) => Task.CompletedTask;

    public Task BeatAsync(CancellationToken cancellation) => Task.CompletedTask;

    private static string Line(LogEntry entry) => entry switch
    {
        { Kind: LogKind.Progress, Current: { } current, Total: > 0 and var total } => string.Create(CultureInfo.InvariantCulture, $"{entry.Message} ({100 * current / total} %)"),
        _ => entry.Message,
    };
}

/// <summary><c>/status</c>: what the node does with the job, in the official node's names.</summary>
internal sealed class NodeStateListener(NodeSocket socket, TimeProvider time) : IJobListener
{
    private string? _told;
    private int _index;

    public async Task StatusAsync(JobProgress progress, CancellationToken cancellation)
    {
        var (status, state) = progress switch
        {
            { EndReason: EndReason.TimedOut } => ("job-expired", "OTHER"),
            { Status: JobStatus.Failed } => ("job-running-failed", "OTHER"),
            { EndReason: not null } => ("job-finishing-success", "OTHER"),
            { StartedAt: not null } => ("job-running", "RUNNING_JOB"),
            { Status: JobStatus.Running } => ("job-starting", "RUNNING_JOB"),
            _ => ("queueing-in-market", "QUEUED"),
        };
        if (status == _told)
            return;
        _told = status;
        await socket.SendAsync(
            "state", new JsonObject { ["status"] = status, ["state"] = state, ["timestamp"] = time.GetUtcNow().ToUnixTimeMilliseconds(), ["index"] = _index++ }, cancellation);
    }

    public Task LogAsync(int epoch, IReadOnlyList<LogEntry> entries, CancellationToken cancellation) => Task.CompletedTask;

    public Task EndAsync(Job job, CancellationToken cancellation) => Task.CompletedTask;

    public Task BeatAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Times in milliseconds, each later than the one before: official clients tell lines apart by them.</summary>
internal sealed class RisingTimes
{
    private long _last;

    public long Of(LogEntry entry) => _last = Math.Max(_last + 1, entry.Timestamp.ToUnixTimeMilliseconds());
}
