using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>One life of a network from one seed: first with faults, then without, until all work has drained.</summary>
internal sealed class Life : IDisposable
{
    private static readonly TimeSpan LongestDraining = TimeSpan.FromMinutes(40);

    private readonly World _world;
    private readonly Server _server;
    private readonly KeyPair? _network;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<SimulatedUser> _users = [];
    private SimulatedOperator? _operator;

    /// <param name="seed">Where all chance comes from.</param>
    /// <param name="isReal">Whether the store is SQLite and the signatures Ed25519, which is slower, and not their model.</param>
    public Life(int seed, bool isReal)
    {
        _world = new World(seed);
        _network = isReal ? KeyPair.FromSeed(Names.Of("network").ToArray()) : null;
        _server = new Server(_world, new Disk(isReal), hash => _network?.Sign(hash.ToArray()) ?? hash.ToArray());
    }

    /// <exception cref="Violation">Something that must always hold did not.</exception>
    public void Live()
    {
        try
        {
            Begin();
            LiveWithFaults();
            LiveWithout();
        }
        catch (Exception failure) when (failure is not Violation)
        {
            throw new Violation(failure.ToString());
        }
    }

    /// <summary>What happened, line by line.</summary>
    public string Trace() => _world.Trace();

    public void Dispose()
    {
        _server.Dispose();
        _network?.Dispose();
    }

    private void Begin()
    {
        var random = _world.Random;
        _server.Do(new Genesis(new(_network?.Address ?? Names.Of("network")), new(Names.Of("operator")), Names.Of("operator's key")));
        List<MarketAddress> markets = [Genesis.FirstMarket];
        if (random.Next(2) == 0)
            markets.Add(_server.Do(new OpenMarket(null, new MarketTerms { Slug = "second", RewardPerHour = Credits.FromUsd(0.2m) })).Address);
        foreach (var market in markets)
            _server.Do(new ChangeMarket(market, new MarketTerms { MaxTimeoutSeconds = 90, QueueExpirySeconds = random.Next(20, 300) }));

        var accounts = new List<Account>();
        for (var (user, most) = (1, random.Next(1, 5)); user <= most; user++)
        {
            var account = _server.Do(new CreateAccount(new(Names.Of($"user {user}")), "user"));
            accounts.Add(account);
            if (random.Next(4) > 0)
                _server.Do(new GrantCredits(account.Address, Credits.FromUsd(0.001m * random.Next(1, 100))));
            _users.Add(new SimulatedUser(_world, _server, user, markets, account.Key));
        }

        _operator = new SimulatedOperator(_world, _server, markets, accounts);
        for (var (node, most) = (1, random.Next(1, 6)); node <= most; node++)
            _nodes.Add(new SimulatedNode(_world, _server, node, markets));
    }

    private void LiveWithFaults()
    {
        _world.IsSafetyPhase = true;
        _world.Faults = Faults.Draw(_world.Random);
        _world.Note("world", _world.Faults);
        var end = _world.Clock.Passed + _world.Between(20, 150);
        while (_world.Clock.Passed < end)
            _world.Step();
    }

    private void LiveWithout()
    {
        _world.IsSafetyPhase = false;
        _world.Faults = Faults.None;
        _world.Note("world", "no more faults");
        _nodes.ForEach(n => n.Heal());
        // A word of before may still be on its way.
        _world.Every(() => TimeSpan.FromSeconds(30), _operator!.Resume);
        var end = _world.Clock.Passed + LongestDraining;
        while (!_server.History.IsDrained || !_users.TrueForAll(u => u.IsAnswered))
        {
            Violation.Unless(_world.Clock.Passed < end, "The work has not drained.");
            _world.Step();
        }

        _server.History.CheckAll();
        _server.Reopen();
        if (_network is not null)
            Audit(new AccountAddress(_network.Address));
    }

    /// <summary>The product's own audit finds nothing either.</summary>
    private void Audit(AccountAddress network)
    {
        var audit = new ChainAudit(network);
        foreach (var block in _server.History.Rows.Blocks)
            Violation.Unless(audit.Add(block, out var fault), fault!);
        var unbalanced = BalanceAudit.Fault(audit, _server.History.Rows.Accounts.Values);
        Violation.Unless(unbalanced is null, unbalanced!);
    }
}
