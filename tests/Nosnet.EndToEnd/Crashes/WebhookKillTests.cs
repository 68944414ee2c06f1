using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.EndToEnd;

/// <summary>Servers that are killed while they tell a webhook what happened.</summary>
public sealed class WebhookKillTests(PostgresCluster cluster, ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int InBatch = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_webhook_is_told_everything_under_one_id_each_although_the_server_is_killed() => TellAsync(store: null, servers: 1);

    [Fact]
    public async Task A_webhook_is_told_everything_under_one_id_each_although_another_server_takes_over() => await TellAsync(await cluster.NewDatabaseAsync(), servers: 2);

    private async Task TellAsync(string? store, int servers)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var scene = await CrashScene.StartAsync(store, servers, output);
        var clients = scene.Urls.Select(url => new NosanaClient(new NosanaClientOptions { ApiKey = LiveNetwork.ApiKey, BaseUrl = new Uri(url) })).ToList();
        await LoadMarket.OpenAsync(clients[0], Cancelled);
        var definition = await clients[0].Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("true") { Image = "busybox", Cmd = ["true"] }] }, Cancelled);
        receiver.Secret = (await clients[0].Webhooks.CreateAsync(receiver.Url, [AccountEvents.JobEnded], Cancelled)).Secret;

        var ended = new List<JobAddress>();
        for (var kill = 0; kill < Kills; kill++)
        {
            // With two servers it is the one that writes, each time.
            var (killed, other) = (kill % servers, clients[(kill + 1) % servers]);
            var jobs = await AskAsync(() => other.Jobs.PostManyAsync(
                [.. Enumerable.Range(0, InBatch).Select(_ => new PostJob(definition, LoadMarket.Slug) { Timeout = TimeSpan.FromMinutes(1) })], $"batch-{kill}", Cancelled));
            var addresses = jobs.Select(j => j.Job.ShouldNotBeNull().Address).ToList();
            await AskAsync(() => other.Jobs.StopManyAsync(addresses, Cancelled));
            ended.AddRange(addresses);
            await receiver.UntilToldAsync(addresses, scene.Random.Next(InBatch), Cancelled);
            await scene.KillAsync(killed);
        }

        await receiver.UntilToldAsync(ended, ended.Count, Cancelled);
        var received = receiver.Received;
        output.WriteLine($"{ended.Count} events told in {received.Count} messages");
        received.ShouldAllBe(m => m.IsValid);
        received.Select(m => m.Job).Distinct().ShouldBe(ended, ignoreOrder: true);
        received.Distinct().Count().ShouldBe(ended.Count, "the same event has the same id each time, and another has another");
        received.Select(m => m.Id).Distinct().Count().ShouldBe(ended.Count);
        clients.ForEach(c => c.Dispose());
    }

    /// <summary>Asks until a server is there to answer.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (NosanaException failure) when (failure is NosanaConnectionException || failure.Is(ErrorCode.Unavailable))
            {
                await Task.Delay(Pause, TimeProvider.System, Cancelled);
            }
        }
    }
}
