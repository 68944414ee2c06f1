using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>
/// A job of several operations that writes what it does into a volume, a line at a time, and reads it again: a step that is left out, or
/// done twice, shows.
/// </summary>
internal static class CountedJob
{
    public static JobDefinition Definition(int number) => new()
    {
        Ops =
        [
            new CreateVolume("disk") { Name = "data" },
            new ContainerRun("write")
            {
                Image = SampleImage.Name,
                Cmd = $"for i in 1 2 3; do echo {number} $i; echo {number} $i >>/data/lines; usleep 50000; done; echo code={number}",
                Volumes = [new VolumeMount("data", "/data")],
                Results = new() { ["code"] = new ResultRule("code=[0-9]+") },
            },
            new ContainerRun("read")
            {
                Image = SampleImage.Name,
                Cmd = "cat /data/lines; echo %%ops.write.results.code%%",
                Volumes = [new VolumeMount("data", "/data")],
            },
        ],
    };

    /// <summary>Waits for its end, and looks at everything that it was to do.</summary>
    public static async Task<Job> ShouldEndWellAsync(JobHandle job, int number, string moment = "")
    {
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        var shown = $"{moment}\n{ended.Json}";
        ended.Status.ShouldBe(JobStatus.Completed, shown);
        ended.Epoch.ShouldBe(1, "its node was never away for long: " + shown);
        string[] lines = [.. Enumerable.Range(1, 3).Select(i => $"{number} {i}"), $"code={number}"];
        Output(ended, "write").ShouldBe(lines, shown);
        Output(ended, "read").ShouldBe(lines, shown);
        (await job.EventsAsync(TestContext.Current.CancellationToken)).Count(e => e.Type == "JobEnded").ShouldBe(1, shown);
        return ended;
    }

    private static IEnumerable<string> Output(Job job, string operation) => job.Result!.Operations.Single(result => result.OperationId == operation)
        .Logs.Where(log => log.Type == LogSource.StdOut).Select(log => log.Log!);
}
