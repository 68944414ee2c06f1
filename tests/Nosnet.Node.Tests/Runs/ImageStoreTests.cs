namespace Nosnet.Node.Tests;

public sealed class ImageStoreTests(PodmanFixture podman) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-images-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_the_node_pulled_goes_when_it_is_too_much_and_nobody_uses_it()
    {
        var image = await podman.Registry.AddImageAsync();
        using (var store = Open())
        {
            store.Hold(image);
            await EnsureAsync(store, image);
            await store.TrimAsync(Cancelled);
            (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeTrue("a run holds it");
        }

        using var later = Open();
        await EnsureAsync(later, SampleImage.Name);
        later.Require([image]);
        await later.TrimAsync(Cancelled);
        (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeTrue("the market wants it held ready");
        later.Require([]);
        await later.TrimAsync(Cancelled);
        (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeFalse();
        (await podman.Engine.HasImageAsync(SampleImage.Name, Cancelled)).ShouldBeTrue("the node did not pull it");
    }

    [Fact]
    public async Task What_was_removed_is_pulled_again_when_it_is_wanted()
    {
        var image = await podman.Registry.AddImageAsync();
        using var store = Open();
        store.Hold(image);
        await EnsureAsync(store, image);
        store.Release(image);
        await store.TrimAsync(Cancelled);
        (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeFalse();
        store.Hold(image);
        await EnsureAsync(store, image);
        (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeTrue();
        store.Release(image);
        await store.TrimAsync(Cancelled);
    }

    [Fact]
    public async Task An_image_that_a_container_uses_is_not_removed()
    {
        await using var scene = new RunScene(podman, RunScene.Job(RunScene.Run("long", "echo up; exec sleep 600")), RunScene.NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) });
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "up");
        (await podman.Engine.RemoveImageAsync(SampleImage.Name, Cancelled)).ShouldBeFalse();
        scene.Execution.Stop(Halt.StoppedByOwner);
        await run;
    }

    private ImageStore Open() => new(podman.Engine, _directory, bound: 1, TimeProvider.System);

    private static Task EnsureAsync(ImageStore store, string image) => store.EnsureAsync(image, null, new Progress<PullStep>(), Cancelled);
}
