using Microsoft.AspNetCore.Http;
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

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
