using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;
using Nosnet.Server.Tests;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

/// <summary>What becomes of jobs when there is no room where the node keeps its runs: each has its end, and the next one runs.</summary>
public sealed class FullDiskTests(PodmanFixture podman) : IAsyncLifetime
{
    private readonly RunSettings _settings = NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) };
    private readonly RunNetwork _network = new();
    private SmallDisk? _disk;
    private RunKeeper? _keeper;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private SmallDisk Disk => _disk!;

    private RunKeeper Keeper => _keeper!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To mount a small disk takes root.");
        _disk = SmallDisk.Create(megabytes: 4);
        _keeper = new RunKeeper(
            podman.Engine, _settings, Path.Combine(Disk.Path, "runs"), _network, TimeProvider.System, NullLogger<RunKeeper>.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            await _keeper.AbandonAllAsync();
            await _keeper.DisposeAsync();
        }
        _disk?.Dispose();
        Directory.Delete(_settings.CacheDirectory, recursive: true);
    }

    [Fact]
    public async Task A_job_that_writes_lines_for_which_there_is_no_room_goes_on_and_can_be_stopped()
    {
        var assignment = await FillUnderAsync();
        Keeper.Apply([assignment with { StopRequested = true }], TimeProvider.System.GetUtcNow());
        (await _network.EndAsync()).Reason.ShouldBe(EndReason.StoppedByOwner);
        await TheNextOneRunsAsync();
    }

    [Fact]
    public async Task A_job_whose_time_runs_out_while_the_disk_is_full_ends_as_timed_out()
    {
        var assignment = await FillUnderAsync();
        Keeper.Apply([assignment with { RemainingSeconds = 0 }], TimeProvider.System.GetUtcNow());
        (await _network.EndAsync()).Reason.ShouldBe(EndReason.TimedOut);
        await TheNextOneRunsAsync();
    }

    [Fact]
    public async Task A_job_that_comes_while_the_disk_is_full_is_not_begun_and_its_end_is_the_nodes_failure()
    {
        Disk.Fill();
        Keeper.Take(_network.Post(Job(Run("never", "echo never"))));
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.NodeFailed);
        end.ContainersEndedAt.ShouldBeNull();
        await TheNextOneRunsAsync();
    }

    /// <summary>A job that runs, and has written more than there was room for.</summary>
    private async Task<Assignment> FillUnderAsync()
    {
        const string loud = "trap 'exit 0' TERM; echo ready; until test -e /gate/open; do sleep 0.1; done; seq 1 100000; touch /gate/written; while true; do sleep 0.1; done";
        var assignment = _network.Post(Job(Run("loud", loud) with { Volumes = [new VolumeMount("gate", "/gate")] }));
        Keeper.Take(assignment);
        await UntilAsync(() => Keeper.FindLog(assignment.Run)!.Count > 0);
        await foreach (var entry in Keeper.FindLog(assignment.Run)!.ReadAsync(0, follow: true, Cancelled))
        {
            if (entry.Message == "ready")
                break;
        }
        Disk.Fill();
        var volume = (await podman.Engine.ListAsync(EngineObjectKind.Volume, _settings.Labels, Cancelled)).ShouldHaveSingleItem();
        // The engine says of a volume that is there where it lies.
        var gate = await podman.Engine.CreateVolumeAsync(volume.Id, volume.Labels, Cancelled);
        await File.WriteAllTextAsync(Path.Combine(gate, "open"), "", Cancelled);
        await UntilAsync(() => File.Exists(Path.Combine(gate, "written")));
        Keeper.FindLog(assignment.Run)!.Count.ShouldBeLessThan(100_000);
        return assignment;
    }

    private async Task TheNextOneRunsAsync()
    {
        await UntilAsync(() => Keeper.Reports.Count == 0);
        foreach (var kind in Enum.GetValues<EngineObjectKind>())
            (await podman.Engine.ListAsync(kind, Labels.Of(_settings.Node), Cancelled)).ShouldBeEmpty();
        Disk.MakeRoom();
        Keeper.Take(_network.Post(Job(Run("next", "echo next"))));
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations[0].Logs.ShouldHaveSingleItem().Log.ShouldBe("next");
    }
}
