using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class OperationControlTests(EngineFixture engine)
{
    private const string UntilStopped = "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done";

    [Fact]
    public async Task The_operations_of_a_job_are_watched_restarted_and_left_behind_while_it_runs()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync(new JobDefinition { Ops = [Of("first", UntilStopped), Of("second", "echo never"), Of("third", "echo third")] });
        await LiveNetwork.UntilItSpeaksAsync(job);
        (await job.Operations.ListAsync(Cancellation)).Select(o => (o.OpId, o.Status)).ShouldBe(
            [("first", OperationStatus.Running), ("second", OperationStatus.Pending), ("third", OperationStatus.Pending)]);

        await job.Operations.RestartAsync("first", Cancellation);
        await UntilAsync(async token => (await job.Operations.ListAsync(token))[0] is { Status: OperationStatus.Running, Restarts: 1 });
        await UntilAsync(async token => (await job.StatsAsync(token)).Totals.Count > 0);
        (await Should.ThrowAsync<NosanaNotFoundException>(job.Operations.StopAsync("nobody", Cancellation))).Message.ShouldContain("'nobody'");
        (await Should.ThrowAsync<NosanaException>(job.Operations.RestartAsync("third", Cancellation))).Code.ShouldBe(ErrorCode.NotRunning.Code);
        (await Should.ThrowAsync<NosanaException>(job.Operations.MoveToAsync("first", Cancellation))).Code.ShouldBe(ErrorCode.NotRunning.Code);
        await job.Operations.MoveToAsync("third", Cancellation);

        var ended = await job.WaitAsync(Cancellation);
        ended.Status.ShouldBe(JobStatus.Completed);
        var after = await job.Operations.ListAsync(Cancellation);
        after.Select(o => o.Status).ShouldBe([OperationStatus.Stopped, OperationStatus.Stopped, OperationStatus.Finished]);
        after[1].StartedAt.ShouldBeNull();
        after[1].Reason.ShouldBe("The job's owner had the job go on with the group third.");
        (await Should.ThrowAsync<NosanaException>(job.Operations.StopAsync("third", Cancellation))).Code.ShouldBe(ErrorCode.JobEnded.Code);
        (await job.StatsAsync(Cancellation)).Totals.ShouldContain(total => total.OpId == "first" && total.Usage.CpuSeconds > 0);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ContainerRun Of(string id, string command) => new(id) { Image = "busybox", Cmd = command };

    private static async Task UntilAsync(Func<CancellationToken, Task<bool>> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await reached(limit.Token))
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
