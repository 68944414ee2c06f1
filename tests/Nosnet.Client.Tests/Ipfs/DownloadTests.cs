using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class DownloadTests : IDisposable
{
    /// <summary>What `ipfs add` says of "hello\n".</summary>
    private const string HelloCid = "QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN";

    private static readonly Cid Hello = Cid.Parse(HelloCid);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-save-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_directory, "file");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("hello\n", false)]
    [InlineData("jello\n", true)]
    public async Task A_file_beside_the_one_that_is_saved_is_left_alone(string served, bool isRefused)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", served, 200, "text/plain");
        using var client = network.Client();
        await File.WriteAllTextAsync(Target + ".part", "precious", Cancellation);
        (await Record.ExceptionAsync(() => client.Ipfs.SaveAsync(Hello, Target, Cancellation)) is NosanaException).ShouldBe(isRefused);
        (await File.ReadAllTextAsync(Target + ".part", Cancellation)).ShouldBe("precious");
        Directory.GetFiles(_directory).Select(Path.GetFileName).ShouldBe(isRefused ? ["file.part"] : ["file", "file.part"], ignoreOrder: true);
    }

    [Fact]
    public async Task Two_saves_to_one_path_at_the_same_time_do_not_hinder_each_other()
    {
        await using var network = await TestNetwork.StartAsync();
        var bothHaveBegun = new TaskCompletionSource();
        network.Answer($"GET /ipfs/{HelloCid}", async context =>
        {
            await context.Response.WriteAsync("hel");
            await context.Response.Body.FlushAsync();
            await bothHaveBegun.Task;
            await context.Response.WriteAsync("lo\n");
        });
        using var client = network.Client();
        var saves = Enumerable.Range(0, 2).Select(_ => client.Ipfs.SaveAsync(Hello, Target, Cancellation)).ToArray();
        await UntilAsync(() => saves.Any(save => save.IsCompleted) || Directory.GetFiles(_directory).Length == 2);
        bothHaveBegun.SetResult();
        await Task.WhenAll(saves);
        (await File.ReadAllTextAsync(Target, Cancellation)).ShouldBe("hello\n");
        Directory.GetFiles(_directory).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_over_which_nothing_comes_any_more_is_lost(bool isReadAsynchronously)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", async context =>
        {
            await context.Response.WriteAsync("hel");
            await context.Response.Body.FlushAsync();
            await TestNetwork.NeverAsync(context);
        });
        var clock = new FakeTimeProvider();
        using var client = network.Client(o => o.TimeProvider = clock);
        await using var content = await client.Ipfs.GetAsync(Hello, Cancellation);
        var buffer = new byte[3];
        await content.ReadExactlyAsync(buffer, Cancellation);
        var reading = isReadAsynchronously ? content.ReadAsync(buffer, 0, 3, Cancellation) : Task.Run(() => content.Read(buffer, 0, 3), Cancellation);
        if (isReadAsynchronously)
        {
            clock.Advance(TimeSpan.FromSeconds(89));
            reading.IsCompleted.ShouldBeFalse();
        }
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return reading.IsCompleted;
        });
        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => reading);
        lost.Message.ShouldBe($"The connection was lost during GET {network.Url}ipfs/{HelloCid}: Nothing was heard for 90 s.");
    }

    [Fact]
    public async Task Whoever_leaves_off_a_download_is_told_by_their_own_token()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /ipfs/{HelloCid}", async context =>
        {
            await context.Response.Body.FlushAsync();
            await TestNetwork.NeverAsync(context);
        });
        using var client = network.Client();
        await using var content = await client.Ipfs.GetAsync(Hello, Cancellation);
        using var cancel = new CancellationTokenSource();
        var reading = content.ReadAsync(new byte[1], cancel.Token).AsTask();
        await cancel.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => reading)).CancellationToken.ShouldBe(cancel.Token);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
