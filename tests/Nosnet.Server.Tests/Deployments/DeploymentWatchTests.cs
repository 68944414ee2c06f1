using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class DeploymentWatchTests
{
    [Fact]
    public async Task The_store_is_read_when_something_changed_and_not_as_time_passes()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        // Carried out once the change before it was told to all who watch.
        await network.Engine.DoDueAsync(TestNetwork.Cancellation);
        var (engine, reads) = CountedReads.Of(network);
        using var _ = engine;
        var services = network.Server.Services;
        var time = new FakeTimeProvider();
        var key = (await network.Engine.Read.DeploymentAsync(DeploymentAddress.Parse(id), TestNetwork.Cancellation))!.Key;
        var watch = new DeploymentWatch(engine, services.GetRequiredService<DeploymentViews>(), services.GetRequiredService<Names>(), time, key, after: null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestNetwork.Cancellation);
        var told = new ConcurrentQueue<StreamFrame>();
        var beats = 0;
        var watching = watch.RunAsync(
            frames =>
            {
                foreach (var (frame, _) in frames)
                    told.Enqueue(frame);
                return Task.CompletedTask;
            },
            () =>
            {
                Interlocked.Increment(ref beats);
                return Task.CompletedTask;
            },
            end.Token);

        await Eventually.IsAsync(() => !told.IsEmpty, "it begins with where everything stands");
        var before = reads.Count;
        await Eventually.IsAsync(() => Passed(time) && Volatile.Read(ref beats) == 2, "time passes");
        reads.Count.ShouldBe(before);

        (await network.PatchAsync(id, "replica-count", new { replicas = 3 })).ShouldSucceed();
        await Eventually.IsAsync(() => Passed(time) && told.OfType<DeploymentFrame>().Any(f => f.Replicas == 3), "the change is told");
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watching);
    }

    private static bool Passed(FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(5));
        return true;
    }
}
