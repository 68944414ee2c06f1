using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Tells of a job in server-sent events, see <see cref="JobStreamEvents"/>.</summary>
internal sealed class EventListener(EventWriter writer, JobViews views, LogFilter filter) : IJobListener
{
    public Task StatusAsync(JobProgress progress, CancellationToken cancellation) =>
        writer.WriteAsync(JobStreamEvents.Status, null, progress, ProtocolJson.Default.JobProgress, cancellation);

    public Task LogAsync(int epoch, IReadOnlyList<LogEntry> entries, CancellationToken cancellation) => writer.WriteAllAsync(
        JobStreamEvents.Log, entries.Where(filter.Matches), entry => new LogPosition(epoch, entry.Id).ToString(), ProtocolJson.Default.LogEntry, cancellation);

    public async Task EndAsync(Job job, CancellationToken cancellation) =>
        await writer.WriteAsync(JobStreamEvents.End, null, await views.FullAsync(job, cancellation), ProtocolJson.Default.JobView, cancellation);

    public Task BeatAsync(CancellationToken cancellation) => writer.BeatAsync(cancellation);
}
