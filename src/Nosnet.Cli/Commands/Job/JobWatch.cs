using System.Globalization;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>Shows a job as it goes: what it waits for, its log, its end.</summary>
internal sealed class JobWatch(Terminal terminal, TextWriter log)
{
    private readonly StatusLine _status = new(terminal);

    /// <summary>Shows every update and gives the ended job.</summary>
    public async Task<Job> FollowAsync(IAsyncEnumerable<JobUpdate> updates)
    {
        try
        {
            await foreach (var update in updates)
            {
                if (update is JobEnded end)
                    return end.Job;
                Show(update);
            }
        }
        finally
        {
            _status.Clear();
        }
        throw new NosanaException("The network stopped telling of the job before it ended.");
    }

    private void Show(JobUpdate update)
    {
        switch (update)
        {
            case JobMoved { Progress: { EndReason: null } progress } when !progress.Status.IsEnded():
                _status.Show(Sentence(progress));
                break;
            case JobLogged { Entry.Kind: LogKind.Progress } step:
                _status.Show(step.Entry.Message, Measure(step.Entry));
                break;
            case JobLogged { Entry: var entry }:
                _status.Clear();
                Write(entry);
                break;
        }
    }

    /// <summary>A container's lines go where the container wrote them, unchanged; what the node says is talk.</summary>
    private void Write(LogEntry entry)
    {
        if (entry.Kind == LogKind.Stdout)
            log.WriteLine(entry.Message);
        else
            terminal.Error.WriteLine(entry.Kind == LogKind.Stderr ? entry.Message : Plain.Text(entry.Message));
    }

    private static string Sentence(JobProgress progress) => progress switch
    {
        { Status: JobStatus.Pending, Queue: { } queue } =>
            $"Waiting: number {queue.Position} of {queue.Length} in the queue, {queue.FreeNodes} {(queue.FreeNodes == 1 ? "node" : "nodes")} free.{(queue.Note is { } note ? $" {Plain.Text(note)}" : "")}",
        { Status: JobStatus.Pending } => "Waiting for a node.",
        { StartedAt: null, Node: { } node } => $"Node {node} prepares.",
        { Node: { } node } => $"Running on node {node}.",
        _ => "Running.",
    };

    private static string Measure(LogEntry entry) => entry switch
    {
        { Current: { } current, Total: > 0 and { } total } => string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(100.0 * current / total, 0, 100):0} %"),
        { Current: { } current } => string.Create(CultureInfo.InvariantCulture, $"{current}"),
        _ => "",
    };
}
