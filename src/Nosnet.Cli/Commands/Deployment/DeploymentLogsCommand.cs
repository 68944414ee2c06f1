using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The logs of a deployment's jobs, of those that run and those that come, each line behind the beginning of its job's address.</summary>
internal sealed class DeploymentLogsCommand : DeploymentCommand
{
    private const int Shown = 6;

    private readonly Option<bool> _follow = new("--follow") { Description = "Go on with the jobs that come, until Ctrl-C or until the deployment has stopped." };

    public DeploymentLogsCommand(Terminal terminal)
        : base(terminal, "logs", "Prints the logs of the jobs that run, until they end.")
    {
        Add(_follow);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var followed = new Dictionary<JobAddress, Task>();
        void Follow(JobAddress job)
        {
            if (!followed.ContainsKey(job))
                followed.Add(job, LogAsync(client.Jobs.Handle(job), cancellation));
        }

        if (parsed.GetValue(_follow))
        {
            await foreach (var frame in deployment.FollowAsync(cancellation))
            {
                if (frame is DeploymentJobFrame { Job: var job })
                    Follow(job);
                else if (frame is DeploymentFrame { Status: DeploymentStatus.Stopped or DeploymentStatus.Archived })
                    break;
            }
        }
        else
        {
            await foreach (var job in deployment.JobsAsync(pageSize: 50).WithCancellation(cancellation))
            {
                if (job.State is JobState.Queued or JobState.Running)
                    Follow(job.Address);
            }

            if (followed.Count == 0)
                Terminal.Say("None of its jobs runs. The log of one that has ended: nosnet job logs JOB; nosnet deployment jobs lists them.");
        }

        await Task.WhenAll(followed.Values);
        return ExitCodes.Ok;
    }

    private async Task LogAsync(JobHandle job, CancellationToken cancellation)
    {
        var mark = job.Address.ToString()[..Shown];
        await foreach (var update in job.FollowAsync(cancellationToken: cancellation))
        {
            if (update is JobLogged { Entry: { Kind: not LogKind.Progress } entry })
                (entry.Kind is LogKind.Stdout ? Terminal.Out : Terminal.Error).WriteLine($"{mark} {Plain.Text(entry.Message)}");
        }
    }
}
