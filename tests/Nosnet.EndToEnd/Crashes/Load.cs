using System.Globalization;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>Sixty-four connections of users, each with an account of his own, and some nodes, at one server or several.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Connections = 64;
    private const int Nodes = 4;
    /// <summary>What each user is given before he begins.</summary>
    public static readonly Credits Wealth = Credits.FromUsd(10_000_000);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly NosanaClient[] _clients;
    private readonly List<LoadUser> _users = [];
    private readonly List<LoadNode> _nodes = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;

    private Load(IEnumerable<string> servers) =>
        _clients = [.. servers.Select(url => new NosanaClient(new NosanaClientOptions { ApiKey = LiveNetwork.ApiKey, BaseUrl = new Uri(url) }))];

    public IEnumerable<Asked> Asked => _users.SelectMany(u => u.Asked);
    public IEnumerable<StopTold> Stops => _users.SelectMany(u => u.Stops);
    public IEnumerable<RunTold> Runs => _nodes.SelectMany(n => n.Runs);
    public IEnumerable<string> Faults => _users.SelectMany(u => u.Faults);

    /// <summary>How many answers its users got so far.</summary>
    public int Answers => _users.Sum(u => u.Answers);

    /// <summary>Makes the accounts and the market, and begins.</summary>
    public static async Task<Load> StartAsync(IReadOnlyList<string> servers, Random random, CancellationToken cancellation)
    {
        var load = new Load(servers);
        var client = load._clients[0];
        await LoadMarket.OpenAsync(client, cancellation);
        var definition = await client.Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("true") { Image = "busybox", Cmd = ["true"] }] }, cancellation);
        for (var i = 0; i < Connections; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"user {i}");
            var key = await client.ApiKeys.CreateAsync(new NewApiKey(name) { NewAccount = name }, cancellation);
            await client.Credits.GrantAsync(Wealth, key.Account, cancellation);
            var server = new Uri(servers[i % servers.Count]);
            load._users.Add(new LoadUser(key.Account!.Value, key.Key!, LiveNetwork.ApiKey, definition, new Random(random.Next()), server));
        }

        for (var i = 0; i < Nodes; i++)
        {
            var node = new LoadNode(load._clients[i % servers.Count]);
            load._nodes.Add(node);
            await node.RegisterAsync(string.Create(CultureInfo.InvariantCulture, $"node {i}"), cancellation);
        }

        load._running = Task.Run(() => Task.WhenAll([.. load._users.Select(u => u.RunAsync(load._ending.Token)), .. load._nodes.Select(n => n.RunAsync(load._ending.Token))]), cancellation);
        return load;
    }

    /// <summary>Waits until as many more answers have come.</summary>
    public async Task UntilAnsweredAsync(int more, CancellationToken cancellation)
    {
        var wanted = Answers + more;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Answers < wanted)
        {
            if (_running.IsCompleted)
                await _running;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Lets everybody end what is under way: with this, whatever has a key has its answer.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _users.ForEach(u => u.Dispose());
        _nodes.ForEach(n => n.Dispose());
        foreach (var client in _clients)
            client.Dispose();
        _ending.Dispose();
    }
}
