using System.Globalization;
using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Perf;

/// <summary>The server that is measured, in a process of its own: as anyone starts it, but for the limits of what one caller may ask.</summary>
internal static class MeasuredServer
{
    public const string Command = "server";
    public const string Key = "nos_the_operator_of_a_measurement";
    public const string Market = "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ";

    private const int AtOnce = 64;

    /// <param name="directory">Its data directory.</param>
    /// <param name="store">The connection string of a PostgreSQL database; SQLite without it.</param>
    public static Task<OwnProcess> StartAsync(string directory, string? store = null) =>
        OwnProcess.StartAsync([Command, directory, .. store is null ? (string[])[] : [store]]);

    public static async Task<int> ServeAsync(string directory, string? store)
    {
        await using var server = await NosnetServer.StartAsync(new ServerOptions
        {
            DataDirectory = directory,
            Store = store,
            OperatorKey = Key,
            Urls = ["http://127.0.0.1:0"],
            Limits = new ServerLimits { Writes = int.MaxValue, Reads = int.MaxValue },
        });
        return await OwnProcess.ServeAsync(server.Url);
    }

    public static NosanaClient Client(Uri url) => new(new NosanaClientOptions { BaseUrl = url, ApiKey = Key });

    /// <summary>Gives the operator credits enough and pins the definition that is posted.</summary>
    public static async Task<Cid> FoundAsync(NosanaClient client)
    {
        await client.Credits.GrantAsync(Credits.FromUsd(1_000_000));
        return await client.Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("true") { Image = "busybox", Cmd = ["true"] }] });
    }

    /// <summary>Accounts with credits, and a key of each.</summary>
    public static async Task<IReadOnlyList<string>> KeysAsync(NosanaClient client, int accounts)
    {
        var keys = new string[accounts];
        await Parallel.ForAsync(0, accounts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellation) =>
        {
            var key = await client.ApiKeys.CreateAsync(new NewApiKey(string.Create(CultureInfo.InvariantCulture, $"key {i}")) { NewAccount = string.Create(CultureInfo.InvariantCulture, $"account {i}") }, cancellation);
            await client.Credits.GrantAsync(Credits.FromUsd(10_000), key.Account, cancellation);
            keys[i] = key.Key!;
        });
        return keys;
    }

    public static string PostBody(Cid definition) => $$"""{"ipfsHash":"{{definition}}","market":"{{Market}}","timeout":60}""";

    /// <summary>Has jobs wait in the market.</summary>
    public static async Task FillAsync(Uri server, Cid definition, int jobs)
    {
        const int callers = 4;
        var left = jobs;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            using var caller = await Caller.DialAsync(server);
            while (true)
            {
                var number = Interlocked.Add(ref left, -JobBatch.Most) + JobBatch.Most;
                if (number <= 0)
                    return;
                var body = $$"""{"jobs":[{{string.Join(',', Enumerable.Repeat(PostBody(definition), Math.Min(number, JobBatch.Most)))}}]}""";
                await caller.AskAsync(Caller.Request("POST", server, "/api/jobs/list/batch", Key, body, Guid.NewGuid().ToString("N")));
            }
        }));
    }
}
