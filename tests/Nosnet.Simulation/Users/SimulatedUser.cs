using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>A user: posts, extends and stops jobs, one by one and in batches, and repeats what was not answered under the same key.</summary>
internal sealed class SimulatedUser
{
    private readonly World _world;
    private readonly Server _server;
    private readonly IReadOnlyList<MarketAddress> _markets;
    private readonly string _name;
    private readonly long _account;
    private readonly List<Job> _jobs = [];
    private readonly List<IdempotencyKey> _keys = [];
    private int _requests;
    private int _unanswered;

    public SimulatedUser(World world, Server server, int number, IReadOnlyList<MarketAddress> markets, long account)
    {
        (_world, _server, _markets, _account) = (world, server, markets, account);
        _name = $"user {number}";
        world.Every(() => world.Between(0, 10), () =>
        {
            if (world.IsSafetyPhase)
                Act();
        });
    }

    /// <summary>Whether all that it repeats until it is answered has been.</summary>
    public bool IsAnswered => _unanswered == 0;

    private void Act()
    {
        switch (_world.Random.Next(12))
        {
            case <= 3:
                var post = Post($"{_name} request {++_requests}");
                Repeat(post, NewKey(post.Definition), static posted => Body(posted.Tx));
                break;
            case 4:
                _server.Ask(_name, Post($"{_name} request {++_requests}"), posted => Know(posted?.Value));
                break;
            case 5:
                Batch(_world.Chance(0.02) ? 600 : _world.Random.Next(1, 12));
                break;
            case 6 or 7 when _world.Pick(_jobs) is { } job:
                _server.Ask(_name, new StopJob(new(job.Account), _server.Addresses.Job(job.Key)), static _ => { });
                break;
            case 8 or 9 when _world.Pick(_jobs) is { } job:
                Repeat(new ExtendJob(new(job.Account), _server.Addresses.Job(job.Key), _world.Random.Next(0, 60)), NewKey(null), static extended => Body(extended.Tx));
                break;
            case 10 when _world.Pick(_keys) is { } key:
                // The same key for another request.
                Repeat(Post($"{_name} wrong {++_requests}"), key with { Request = Names.Of($"{_name} wrong {_requests}") }, static posted => Body(posted.Tx));
                break;
        }
    }

    private PostJob Post(string what) => new(
        _account, _markets[_world.Random.Next(_markets.Count)], new Cid(Names.Of(what)), _world.Random.Next(-1, 90),
        _world.Chance(0.1) ? _world.Pick([.. _server.History.Rows.Nodes.Values])?.Address : null)
    {
        // A key that has a budget, of this account or not: what counts in it is what was posted in its name.
        Budget = _world.Chance(0.3) ? _world.Pick([.. _server.History.Rows.Budgets.Values])?.Key ?? 0 : 0,
        Requirements = _world.Chance(0.3) ? new JobRequirements { Gpu = _world.Chance(0.5), RamMb = _world.Random.Next(1, 3) * 4_000 } : null,
    };

    private IdempotencyKey NewKey(Cid? definition)
    {
        var text = $"{_name}/{++_requests}";
        var key = IdempotencyKey.Of(_account, text, Names.Of(text));
        if (definition is { } only)
            _server.History.Expect(only, key.Id);
        _keys.Add(key);
        return key;
    }

    private void Repeat<T>(Command<T> command, IdempotencyKey key, Func<T, byte[]> body)
    {
        var isAnswered = false;
        _unanswered++;
        Ask();

        void Ask()
        {
            if (isAnswered)
                return;
            _server.Ask(_name, new Once<T>(command, key, value =>
            {
                Know(value as PostedJob);
                return new Said(200, body(value));
            }), outcome =>
            {
                if (isAnswered || outcome is null)
                    return;
                isAnswered = true;
                _unanswered--;
            });
            _world.After(_world.Between(1, 6), Ask);
        }
    }

    private void Batch(int size)
    {
        var posts = Enumerable.Range(0, size).Select(_ => Post($"{_name} request {++_requests}")).ToList();
        var key = NewKey(null);
        posts.ForEach(p => _server.History.Expect(p.Definition, key.Id));
        var isAnswered = false;
        _unanswered++;
        Ask();

        void Ask()
        {
            if (isAnswered)
                return;
            _server.Ask(_name, new OnceEach<PostedJob>(posts, key, static outcomes => new Said(200, [.. outcomes.SelectMany(o => o.IsRefused ? [] : Body(o.Value.Tx))])), outcome =>
            {
                if (isAnswered || outcome is null)
                    return;
                isAnswered = true;
                _unanswered--;
            });
            _world.After(_world.Between(1, 6), Ask);
        }
    }

    /// <summary>What was said may never have become durable: then the user asks after a job that is not there.</summary>
    private void Know(PostedJob? posted)
    {
        if (posted is not null)
            _jobs.Add(posted.Job);
    }

    private static byte[] Body(Tx tx) => [.. tx.Place.ToArray(), .. tx.Hash.ToArray()];
}
