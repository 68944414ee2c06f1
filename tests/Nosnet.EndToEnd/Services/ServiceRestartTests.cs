using System.Security.Cryptography;
using Nosnet.Client;

namespace Nosnet.EndToEnd;

[Collection(ServiceTests.Name)]
public sealed class ServiceRestartTests(ServiceFixture service)
{
    private const int Askers = 8;
    private const int Steady = 200;
    private const long Upload = 256 * 1024;

    private static CancellationToken Cancelled => ServiceFixture.Cancelled;

    [Fact]
    public async Task A_node_that_is_started_again_loses_no_request()
    {
        var answered = 0;
        using var enough = new CancellationTokenSource();
        var asking = Task.WhenAll(Enumerable.Range(0, Askers).Select(number => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await (number % 2 == 0 ? GetAsync() : PostAsync(number));
                Interlocked.Increment(ref answered);
            }
        }, Cancelled)));

        await UntilAsync(() => Volatile.Read(ref answered) >= Steady, asking);
        await service.RestartNodeAsync();
        var since = Volatile.Read(ref answered);
        await UntilAsync(() => Volatile.Read(ref answered) >= since + Steady, asking);
        await enough.CancelAsync();
        await asking;
        (await service.Job.GetAsync(Cancelled)).Epoch.ShouldBe(1, "its container went on running");
    }

    [Fact]
    public async Task An_upload_that_is_under_way_when_its_node_is_told_to_end_comes_to_its_end()
    {
        using var content = new PatternContent(Upload) { Until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        var uploading = service.Http.PostAsync(new Uri($"{service.Url}/sum"), content, Cancelled);
        await content.Began.WaitAsync(Cancelled);

        await service.RestartNodeAsync(ending: content.Until.SetResult);

        using var answer = await uploading;
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(await PatternContent.SumAsync(Upload));
    }

    private async Task GetAsync()
    {
        using var answer = await service.Http.GetAsync(new Uri(service.Url), Cancelled);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe("hello");
    }

    private async Task PostAsync(int number)
    {
        byte[] body = [(byte)number];
        using var content = new ByteArrayContent(body);
        using var answer = await service.Http.PostAsync(new Uri($"{service.Url}/sum"), content, Cancelled);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    /// <summary>Waits for the condition, or for whoever fails meanwhile.</summary>
    private static async Task UntilAsync(Func<bool> condition, Task asking)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            if (asking.IsCompleted)
                await asking;
            await pause.WaitForNextTickAsync(Cancelled);
        }
    }
}
