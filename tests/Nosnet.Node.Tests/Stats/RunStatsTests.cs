namespace Nosnet.Node.Tests;

public sealed class RunStatsTests(PodmanFixture podman)
{
    [Fact]
    public async Task A_container_that_works_is_seen_working_and_its_result_says_what_it_used()
    {
        // Works until it is stopped, so that however slow the machine is there is something to see.
        await using var scene = new RunScene(podman, RunScene.Job(RunScene.Run("busy", "trap exit TERM; echo up; while :; do :; done")), RunScene.NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) });
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry is { OpId: "busy", Message: "up" });
        await RunScene.UntilAsync(() => scene.Context.Stats.View.Samples.Any(sample => sample.CpuCores > 0));

        var seen = scene.Context.Stats.View;
        seen.Samples.ShouldAllBe(sample => sample.OpId == "busy" && sample.MemoryBytes > 0);
        seen.Samples.Max(sample => sample.CpuCores).ShouldBeLessThan(8);
        scene.Execution.Stop(Halt.StoppedByOwner);
        var usage = (await run).Result.Operations[0].Diagnostics.Usage.ShouldNotBeNull();
        usage.CpuSeconds.ShouldBeGreaterThan(0);
        usage.PeakMemoryBytes.ShouldBeGreaterThan(0);
        (await podman.Engine.ReadUsageAsync("no-such-container", TestContext.Current.CancellationToken)).ShouldBeNull();
    }
}
