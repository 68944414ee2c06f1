using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>Tells what the demo does, a line a step, with the step's name before it.</summary>
internal sealed class DemoStory(Terminal terminal)
{
    private const int NameWidth = 11;

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it has told where its job stands for the first time.</summary>
    public Task Begun => _begun.Task;

    public void Tell(string step, string sentence) => terminal.Print($"{(terminal.OutTakesAnsi ? $"\e[1m{step.PadRight(NameWidth)}\e[0m" : step.PadRight(NameWidth))}{sentence}");

    public void Aside(string sentence) => terminal.Say(sentence);

    /// <summary>Tells of a job until it has ended.</summary>
    public async Task<Job> FollowAsync(PostedJob posted, CancellationToken cancellation)
    {
        (JobStatus, bool)? told = null;
        await foreach (var update in posted.FollowAsync(cancellationToken: cancellation))
        {
            switch (update)
            {
                case JobMoved { Progress: var progress } when !progress.Status.IsEnded() && (progress.Status, progress.StartedAt is not null) != told:
                    told = (progress.Status, progress.StartedAt is not null);
                    Tell(Word(progress.Status), Sentence(progress));
                    _begun.TrySetResult();
                    break;
                case JobLogged { Entry: { Kind: LogKind.Stdout or LogKind.Stderr } entry }:
                    Tell("log", Plain.Text(entry.Message));
                    break;
                case JobEnded { Job: var ended }:
                    TellEnd(posted, ended);
                    return ended;
            }
        }

        throw new NosanaException("The server stopped telling of the job before it ended.");
    }

    /// <summary>Says how to go on.</summary>
    public void Invite(string url, string key)
    {
        terminal.Print("");
        terminal.Print("The network stays up until Ctrl-C. In another terminal:");
        terminal.Print($"  export NOSNET_URL={url} NOSANA_API_KEY={key}");
        terminal.Print("  ./nosnet job post --image busybox --wait -- echo hello");
        terminal.Print("  ./nosnet credits");
    }

    private void TellEnd(PostedJob posted, Job ended)
    {
        var reason = JobSummary.Words(ended.EndReason) is { } words ? $"since {words}" : "";
        var time = ended is { StartedAt: { } start, EndedAt: { } end } ? $"after {Durations.Format(end - start)}" : "without having started";
        Tell(ended.Status is { } status ? Word(status) : "ended", string.Join(", ", new[] { time, reason }.Where(part => part.Length > 0)));
        if (ended.ResultCid is { } result)
            Tell("result", result.ToString());
        if (ended.Cost is { } cost)
            Tell("cost", $"{cost} of {posted.Credits?.CostUsd} reserved; the rest is back");
    }

    private static string Word(JobStatus status) => Drawings.Word(status);

    private static string Sentence(JobProgress progress) => progress switch
    {
        { Queue: { } queue } => $"number {queue.Position} in the queue, {queue.FreeNodes} nodes free",
        { StartedAt: null, Node: { } node } => $"node {node} has it and prepares",
        { Node: { } node } => $"its container runs on node {node}",
        _ => "",
    };
}
