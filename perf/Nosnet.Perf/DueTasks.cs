using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Perf;

/// <summary>
/// Deployments whose tasks fall due in the same second, by a server that has just begun and has none of them in memory: how long until each has
/// posted its job, told of it and planned its next time, all of it on disk.
/// </summary>
internal static class DueTasks
{
    private const int Deployments = 10_000;
    private const int Accounts = 100;
    private const int Rounds = 5;

    /// <param name="store">The connection string of an empty PostgreSQL database; SQLite without it.</param>
    public static async Task<int> RunAsync(string? store)
    {
        using var temporary = new TempDirectory();
        var clock = new SetClock { Now = new DateTimeOffset(2026, 1, 1, 0, 30, 0, TimeSpan.Zero) };
        await WithEngineAsync(SetUpAsync);
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"{Deployments:N0} LIST tasks, {(store is null ? "SQLite" : "PostgreSQL")}"));
        for (var round = 0; round < Rounds; round++)
        {
            clock.Now = clock.Now.AddHours(1);
            await WithEngineAsync(async engine =>
            {
                var start = TimeProvider.System.GetTimestamp();
                await engine.DoDueAsync(CancellationToken.None);
                figures.Add(TimeProvider.System.GetElapsedTime(start));
                var left = await engine.Read.DueTasksAsync(clock.Now, after: null, 1, CancellationToken.None);
                if (left.Count > 0)
                    throw new InvalidOperationException("Not every task that was due was done.");
            });
        }

        Console.WriteLine($"{Machine.Describe()}\n\n| ms | least | median | 90% | most |\n|---|---|---|---|---|\n{figures.ToRow()}");
        return 0;

        async Task WithEngineAsync(Func<NetworkEngine, Task> act)
        {
            INetworkStores stores = store is null ? SqliteStores.Open(temporary.Path) : PostgresStores.Open(store);
            using (var engine = new NetworkEngine(stores.TryOpenLane()!, stores.Read, new AddressBook(new byte[32]), static hash => hash.ToArray(), clock, NullLogger<NetworkEngine>.Instance))
                await act(engine);
            stores.Content.Dispose();
            (stores as IDisposable)?.Dispose();
        }
    }

    private static async Task SetUpAsync(NetworkEngine engine)
    {
        await engine.ExecuteAsync(new Genesis(new(Bytes(1)), new(Bytes(2)), Bytes(3)), CancellationToken.None);
        var accounts = new List<long>();
        for (var number = 0; number < Accounts; number++)
        {
            var address = new AccountAddress(CreateDeployment.NewAddress().Value);
            accounts.Add((await engine.ExecuteAsync(new CreateAccount(address, "account"), CancellationToken.None)).Value!.Key);
            await engine.ExecuteAsync(new GrantCredits(address, Credits.FromUsd(10_000)), CancellationToken.None);
        }

        var created = await Task.WhenAll(Enumerable.Range(0, Deployments).Select(number => engine.ExecuteAsync(
            new CreateDeployment(accounts[number % Accounts], new NewDeployment
            {
                Address = CreateDeployment.NewAddress(),
                Name = "deployment",
                Market = Genesis.FirstMarket.ToString(),
                Replicas = 1,
                TimeoutSeconds = 600,
                Strategy = DeploymentStrategy.Scheduled,
                Cron = "0 * * * *",
                Content = new RevisionContent(new Cid(Bytes(4)), Requirements: null, Exposes: false),
                Starts = true,
            }), CancellationToken.None)));
        if (created.FirstOrDefault(c => c.IsRefused).Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Message);
    }

    private static Bytes32 Bytes(byte value) => new([.. Enumerable.Repeat(value, Bytes32.Length)]);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
