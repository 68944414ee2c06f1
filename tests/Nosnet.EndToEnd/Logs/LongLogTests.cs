using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class LongLogTests(EngineFixture engine)
{
    private const int Lines = 100_000;
    private const int Filling = 1_000;
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_hundred_megabytes_come_whole_and_in_order_to_a_reader_who_joined_halfway_and_fill_no_memory()
    {
        // Too little for the log and what else they need, so neither the server nor the node may keep more of it than they work on.
        await using var network = await LiveNetwork.StartAsync(engine, heap: 120 * Mebibyte);
        await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync($"{Write(1, Lines / 2)}; echo half >&2; {Write(Lines / 2 + 1, Lines)}");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await foreach (var update in job.FollowAsync(null, new LogSelection { Kinds = [LogKind.Stderr] }, limit.Token))
        {
            if (update is JobLogged)
                break;
        }

        var read = 0;
        Job? ended = null;
        await foreach (var update in job.FollowAsync(cancellationToken: limit.Token))
        {
            if (update is JobEnded end)
                ended = end.Job;
            if (update is not JobLogged { Entry: { Kind: LogKind.Stdout } line })
                continue;
            read++;
            if (line.Message.Length != Filling + 1 + read.ToString(System.Globalization.CultureInfo.InvariantCulture).Length || !line.Message.StartsWith($"{read} ", StringComparison.Ordinal))
                Assert.Fail($"Line {read} is {line.Message[..Math.Min(20, line.Message.Length)]}…");
        }

        read.ShouldBe(Lines);
        ended!.Status.ShouldBe(JobStatus.Completed);
        var result = await job.ResultAsync(limit.Token);
        result.Operations[0].Logs[^1].Log!.ShouldStartWith($"{Lines} ");
        result.Operations[0].Logs[0].Log!.ShouldMatch("^The first [0-9]+ lines are not in this document");
    }

    [Fact]
    public async Task A_line_that_says_why_a_job_could_not_be_run_is_in_its_log_after_its_end_too()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync(new JobDefinition { Ops = [new ContainerRun("job") { Image = "busybox", Entrypoint = "/no/such/program" }] });
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Failed);
        var lines = new List<string>();
        await foreach (var update in job.FollowAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            if (update is JobLogged { Entry: { Kind: LogKind.Error } line })
                lines.Add(line.Message);
        }

        lines.ShouldHaveSingleItem().ShouldStartWith("The container of job could not be run");
    }

    private static string Write(int from, int to) =>
        $"awk 'BEGIN {{ for (p = \"x\"; length(p) < {Filling}; ) p = p \"x\"; for (i = {from}; i <= {to}; i++) print i \" \" p }}'";
}
