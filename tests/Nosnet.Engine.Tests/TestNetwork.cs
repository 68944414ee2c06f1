using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Engine.Tests;

/// <summary>A new network on a real store, SQLite in a directory of its own unless told, with a clock that the test drives.</summary>
internal sealed class TestNetwork : IDisposable
{
    public static readonly MarketAddress Market = Genesis.FirstMarket;
    public static readonly Cid Definition = new(new Bytes32(SHA256.HashData("definition"u8)));
    public static readonly Cid Result = new(new Bytes32(SHA256.HashData("result"u8)));

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private readonly string? _database;
    private INetworkStores _stores;
    private byte _lastAddress;

    private TestNetwork(string? database)
    {
        _database = database;
        Engine = Open();
    }

    /// <summary>What the lane writes to.</summary>
    public FailingLaneStore Store { get; private set; }

    public MachineClock Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public NetworkEngine Engine { get; private set; }
    public Caller Operator { get; } = new(OperatorAccount.Key);

    /// <param name="database">An empty PostgreSQL database to be in.</param>
    public static async Task<TestNetwork> StartAsync(string? database = null)
    {
        var network = new TestNetwork(database);
        await network.DoAsync(new Genesis(new(network.NewBytes()), new(network.NewBytes()), network.NewBytes()));
        return network;
    }

    public Bytes32 NewBytes() => new(SHA256.HashData([++_lastAddress]));

    public Task<Outcome<T>> TryAsync<T>(Command<T> command) => Engine.ExecuteAsync(command, TestContext.Current.CancellationToken);

    public async Task<T> DoAsync<T>(Command<T> command)
    {
        var outcome = await TryAsync(command);
        outcome.Refusal?.Message.ShouldBeNull();
        return outcome.Value!;
    }

    public async Task<Refusal> RefusedAsync<T>(Command<T> command) => (await TryAsync(command)).Refusal.ShouldNotBeNull();

    public async Task<Account> NewAccountAsync(decimal credits)
    {
        var account = await DoAsync(new CreateAccount(new(NewBytes()), "user"));
        return credits == 0 ? account : (await DoAsync(new GrantCredits(account.Address, Credits.FromUsd(credits)))).Account;
    }

    public async Task<Node> NewNodeAsync(int slots = 1, NodeHardware? hardware = null)
    {
        var node = await DoAsync(new RegisterNode(new(NewBytes()), "node") { Hardware = hardware });
        return await DoAsync(new JoinMarket(node.Address, Market, slots));
    }

    public Task<PostedJob> PostAsync(Account account, long seconds = 3_600, NodeAddress? node = null, JobRequirements? requirements = null) =>
        DoAsync(PostCommand(account, seconds, node) with { Requirements = requirements });

    public static PostJob PostCommand(Account account, long seconds = 3_600, NodeAddress? node = null) => new(account.Key, Market, Definition, seconds, node);

    public Task<Job> StartRunAsync(Node node, Job job) => DoAsync(new StartRun(node.Address, RunOf(job), job.Epoch));

    public Task<Job> FinishAsync(Node node, Job job, EndReason reason = EndReason.Completed, double endedAgo = 0) =>
        DoAsync(new FinishRun(node.Address, RunOf(job), job.Epoch, reason, Result, TimeSpan.FromSeconds(endedAgo)));

    public Task<NodeDuty> HeartbeatAsync(Node node) => DoAsync(new HeartbeatOf(node.Address));

    public JobAddress AddressOf(Job job) => Engine.Addresses.Job(job.Key);
    public RunAddress RunOf(Job job) => Engine.Addresses.Run(job.Key, job.Epoch);

    public async Task<Job> JobAsync(Job job) => (await Engine.Read.JobAsync(job.Key, TestContext.Current.CancellationToken))!;
    public async Task<Account> AccountAsync(long key) => (await Engine.Read.AccountAsync(key, TestContext.Current.CancellationToken))!;
    public async Task<Node> NodeAsync(Node node) => (await Engine.Read.NodesAsync(TestContext.Current.CancellationToken)).Single(n => n.Key == node.Key);

    public async Task<int> PositionAsync(Job job) => await Engine.Read.QueuePositionAsync(job, TestContext.Current.CancellationToken);
    public async Task<Entry> EntryAsync(EntryPlace place) => EntryCodec.Decode(await Engine.Read.EntryAsync(place, TestContext.Current.CancellationToken));

    /// <summary>Lets time pass, and does what falls due.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await Engine.DoDueAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What a crash leaves: only what is on disk is known afterwards.</summary>
    public void Restart()
    {
        Close();
        Engine = Open();
    }

    public void Dispose()
    {
        Close();
        Directory.Delete(_directory, recursive: true);
    }

    private void Close()
    {
        Engine.Dispose();
        (_stores as IDisposable)?.Dispose();
    }

    [MemberNotNull(nameof(Store), nameof(_stores))]
    private NetworkEngine Open()
    {
        _stores = _database is null ? SqliteStores.Open(_directory) : PostgresStores.Open(_database);
        _stores.Content.Dispose();
        Store = new FailingLaneStore(_stores.TryOpenLane()!);
        return new NetworkEngine(Store, _stores.Read, new AddressBook(new byte[32]), hash => hash.ToArray(), Time, NullLogger<NetworkEngine>.Instance);
    }
}
