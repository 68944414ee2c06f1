using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ReadyImagesTests(PodmanFixture podman)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_market_wants_held_ready_is_pulled_ahead_and_one_that_cannot_be_is_no_hindrance()
    {
        var image = await podman.Registry.AddImageAsync();
        await using var server = await MarketAsync($"{podman.Registry.Host}/sample:none", image);
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Urls.Single()) });
        var directory = Directory.CreateTempSubdirectory("nosnet-images-").FullName;
        using var store = new ImageStore(podman.Engine, directory, bound: 1, TimeProvider.System);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var logger = new Heard<ReadyImages>();

        // The next round is ten minutes away, and no clock goes on.
        var running = new ReadyImages(client, "default", store, new NodePolicy(), new FakeTimeProvider(), logger).RunAsync(stopping.Token);
        await Asking.UntilAsync(() => podman.Engine.HasImageAsync(image, Cancelled));
        await store.TrimAsync(Cancelled);
        (await podman.Engine.HasImageAsync(image, Cancelled)).ShouldBeTrue("it stays, whatever the bound is");
        logger.Lines.ShouldHaveSingleItem().ShouldContain("sample:none");

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await podman.Engine.RemoveImageAsync(image, Cancelled);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_image_for_whose_record_there_is_no_place_on_disk_does_not_end_the_node_and_is_tried_again_in_ten_minutes()
    {
        var image = await podman.Registry.AddImageAsync();
        await using var server = await MarketAsync(image);
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Urls.Single()) });
        var directory = Directory.CreateTempSubdirectory("nosnet-images-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "private-images"), ImageReference.WithTag(image), Cancelled);
        var inTheWay = Directory.CreateDirectory(Path.Combine(directory, "private-images.next"));
        using var store = new ImageStore(podman.Engine, directory, bound: 1, TimeProvider.System);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var logger = new Heard<ReadyImages>();
        var time = new FakeTimeProvider();

        var running = new ReadyImages(client, "default", store, new NodePolicy(), time, logger).RunAsync(stopping.Token);
        await Asking.UntilAsync(() => Task.FromResult(running.IsCompleted || logger.Lines.Count > 0));
        logger.Lines.ShouldHaveSingleItem().ShouldContain($"{image}, which the market wants held ready, could not be pulled");
        inTheWay.Delete();
        await podman.Engine.RemoveImageAsync(image, Cancelled);
        await Asking.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(10));
            return podman.Engine.HasImageAsync(image, Cancelled);
        });

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await podman.Engine.RemoveImageAsync(image, Cancelled);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task What_the_nodes_policy_does_not_allow_is_not_held_ready()
    {
        await using var server = await MarketAsync($"{podman.Registry.Host}/sample:none");
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Urls.Single()) });
        var directory = Directory.CreateTempSubdirectory("nosnet-images-").FullName;
        using var store = new ImageStore(podman.Engine, directory, bound: 1, TimeProvider.System);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var logger = new Heard<ReadyImages>();

        var running = new ReadyImages(client, "default", store, new NodePolicy { AllowedRegistries = ["docker.io"] }, new FakeTimeProvider(), logger).RunAsync(stopping.Token);
        await Asking.UntilAsync(() => Task.FromResult(logger.Lines.Count > 0));
        logger.Lines.ShouldHaveSingleItem().ShouldContain("not allowed by this node's policy");

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<WebApplication> MarketAsync(params string[] images)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/api/markets/default/required-resources", () =>
            Results.Content($$"""{"required_images":[{{string.Join(',', images.Select(image => $"\"{image}\""))}}],"required_remote_resources":[]}""", "application/json"));
        await app.StartAsync(Cancelled);
        return app;
    }

    private static class Asking
    {
        public static async Task UntilAsync(Func<Task<bool>> wanted)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!await wanted())
                await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
