using System.Runtime.CompilerServices;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The life of a job on a network that streams none: asked for every few seconds.</summary>
internal sealed class JobPolling(JobsClient jobs, TimeProvider time, JobAddress address, bool logs)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Changes of the job's state, to its end; then its log, where it left one.</summary>
    public async IAsyncEnumerable<JobUpdate> ReadAsync(LogPosition? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var outage = new Outage(time);
        JobProgress? last = null;
        for (var first = true; ; first = false)
        {
            var (job, cause) = await AskAsync(first, cancellation).ConfigureAwait(false);
            if (job is null)
            {
                await outage.PauseAsync(cause, cancellation).ConfigureAwait(false);
                continue;
            }
            outage.Over();
            if (Progress(job) is { } progress && progress != last)
                yield return new JobMoved(last = progress);
            if (job.HasEnded)
            {
                foreach (var line in logs ? ResultLogs.Lines(job, await ResultAsync(job, cancellation).ConfigureAwait(false), from) : [])
                    yield return line;
                yield return new JobEnded(job);
                yield break;
            }
            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(Job? Job, NosanaException? Cause)> AskAsync(bool first, CancellationToken cancellation)
    {
        try
        {
            return (await jobs.GetAsync(address, cancellation).ConfigureAwait(false), null);
        }
        catch (NosanaException e) when (!first && e is NosanaConnectionException or NosanaUnavailableException or { Status: >= 500 })
        {
            return (null, e);
        }
    }

    private async Task<JobResult?> ResultAsync(Job job, CancellationToken cancellation)
    {
        try
        {
            return await jobs.ResultAsync(job, cancellation).ConfigureAwait(false);
        }
        catch (NosanaException)
        {
            // A gateway that does not have the result must not hide that the job is over; its CID is told, to be read later.
            return null;
        }
    }

    private static JobProgress? Progress(Job job) => job.Status is not { } status ? null : new JobProgress
    {
        Status = status,
        EndReason = job.EndReason,
        Queue = job.Queue,
        Node = job.Node,
        Epoch = job.Epoch ?? 0,
        StartedAt = job.StartedAt,
    };
}
