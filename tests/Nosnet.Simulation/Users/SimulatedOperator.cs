using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>The operator: grants credits, changes markets, makes and removes API keys, and meddles with the jobs of others.</summary>
internal sealed class SimulatedOperator
{
    private const string Name = "operator";

    private readonly World _world;
    private readonly Server _server;
    private readonly IReadOnlyList<MarketAddress> _markets;
    private readonly IReadOnlyList<Account> _users;
    private readonly Caller _caller = new(OperatorAccount.Key);
    private int _keys;

    public SimulatedOperator(World world, Server server, IReadOnlyList<MarketAddress> markets, IReadOnlyList<Account> users)
    {
        (_world, _server, _markets, _users) = (world, server, markets, users);
        world.Every(() => world.Between(0, 20), () =>
        {
            if (world.IsSafetyPhase)
                Act();
        });
    }

    private void Act()
    {
        switch (_world.Random.Next(11))
        {
            case 0:
                _server.Ask(Name, new GrantCredits(_world.Pick(_users)!.Address, Credits.FromUsd(0.001m * _world.Random.Next(0, 20))), static _ => { });
                break;
            case 1:
                var terms = new MarketTerms { RewardPerHour = Credits.FromUsd(0.01m * _world.Random.Next(0, 40)), FeeBasisPoints = _world.Random.Next(0, 3_000), MaxTimeoutSeconds = _world.Random.Next(30, 120) };
                _server.Ask(Name, new ChangeMarket(Market(), terms with { Open = _world.Chance(0.8) }), static _ => { });
                break;
            case 2 or 3:
                var account = _world.Pick(_users)!.Key;
                _server.Ask(Name, () => new CreateApiKey(account, Names.Of($"key {++_keys}"), "key", Scopes.All, ExpiresIn: null));
                break;
            case 4 when _server.History.Rows.LastApiKey is > 0 and var last:
                _server.Ask(Name, new DeleteApiKey(_caller, _server.Addresses.ApiKey(_world.Random.NextInt64(Math.Max(1, last - 3), last + 1))), static _ => { });
                break;
            case 5 when _server.History.Rows.Jobs.Count is > 0 and var jobs:
                _server.Ask(Name, new StopJob(_caller, _server.Addresses.Job(_world.Random.NextInt64(1, jobs + 1))), static _ => { });
                break;
            case 6 when _world.Pick([.. _server.History.Rows.Nodes.Values]) is { } node:
                _server.Ask(Name, new DrainNode(node.Address, ThenStop: _world.Chance(0.3)), static _ => { });
                break;
            case 7:
                Resume();
                break;
            case 8 when _server.History.Rows.LastApiKey is > 0 and var last:
                _server.Ask(Name, new CapApiKey(_caller, _server.Addresses.ApiKey(_world.Random.NextInt64(1, last + 1)), Caps()), static _ => { });
                break;
            case 10:
                _server.Ask(Name, new SetLowBalance(_world.Pick(_users)!.Key, Amount()), static _ => { });
                break;
            case 9:
                _server.Ask(Name, new CapAccount(_world.Pick(_users)!.Address, Caps()), static _ => { });
                break;
        }
    }

    /// <summary>Lets every node take jobs again.</summary>
    public void Resume()
    {
        foreach (var node in _server.History.Rows.Nodes.Values.Where(n => n.Drain is not Drain.None))
            _server.Ask(Name, new ResumeNode(node.Address), static _ => { });
    }

    private SpendingCaps Caps() => new()
    {
        MaxReservedUsd = Amount(),
        MaxPerDayUsd = Amount(),
        MaxPerJobUsd = Amount(),
    };

    private Credits? Amount() => _world.Chance(0.7) ? Credits.FromUsd(0.001m * _world.Random.Next(0, 20)) : null;

    private MarketAddress Market() => _markets[_world.Random.Next(_markets.Count)];
}
