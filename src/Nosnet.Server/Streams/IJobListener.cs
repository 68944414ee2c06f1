using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Who follows a job. Each call ends when what it says is on its way, so a slow listener slows its source and fills no memory.</summary>
internal interface IJobListener
{
    /// <summary>Where the job stands, first and whenever that changes.</summary>
    Task StatusAsync(JobProgress progress, CancellationToken cancellation);

    /// <summary>Entries of the log of the run of that number, in their order.</summary>
    Task LogAsync(int epoch, IReadOnlyList<LogEntry> entries, CancellationToken cancellation);

    /// <summary>The job has ended; nothing comes after it.</summary>
    Task EndAsync(Job job, CancellationToken cancellation);

    /// <summary>Nothing has happened for a while.</summary>
    Task BeatAsync(CancellationToken cancellation);
}
