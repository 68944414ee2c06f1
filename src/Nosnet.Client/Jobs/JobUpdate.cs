using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>One step of following a job: <see cref="JobMoved"/>, <see cref="JobLogged"/>, and at last <see cref="JobEnded"/>.</summary>
public abstract record JobUpdate
{
    private protected JobUpdate()
    {
    }
}

/// <summary>Where the job stands: first of all, and whenever that changes.</summary>
/// <param name="Progress">State, place in the queue, node, run.</param>
public sealed record JobMoved(JobProgress Progress) : JobUpdate;

/// <summary>A line of the job's log.</summary>
/// <param name="Entry">The line.</param>
/// <param name="Position">Where to go on after it.</param>
public sealed record JobLogged(LogEntry Entry, LogPosition Position) : JobUpdate;

/// <summary>The job is over. Nothing comes after this.</summary>
/// <param name="Job">The job, with its result and its cost.</param>
public sealed record JobEnded(Job Job) : JobUpdate;
