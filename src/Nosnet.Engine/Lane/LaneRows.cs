using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The rows of a lane: those that every command needs stay in memory, the others are read when first needed, and what a group
/// changes is written once at its end, however many commands touched it.
/// </summary>
internal sealed class LaneRows(ILaneStore store, AddressBook addresses, DateTimeOffset startedAt) : IRows
{
    private const int MostAccounts = 100_000;
    private const int QueueChunk = 256;

    private readonly Dictionary<long, Account> _accounts = [];
    private readonly Dictionary<long, Market> _markets = [];
    private readonly Dictionary<long, Node> _nodes = [];
    private readonly Dictionary<NodeAddress, long> _nodesByAddress = [];
    private readonly Dictionary<AccountAddress, long> _newAccounts = [];
    private readonly Dictionary<long, Job> _jobs = [];
    private readonly Dictionary<long, HashSet<long>> _runsOfNode = [];
    private readonly Dictionary<long, SortedSet<(DateTimeOffset Since, long Key)>> _waiting = [];
    private readonly Dictionary<long, QueueWindow> _queues = [];
    private readonly ChangedRows _changed = new();
    private readonly List<byte[]> _entries = [];
    private StoreHead _head = new();

    public AddressBook Addresses => addresses;
    public NextKeys Next { get; private set; }
    public IEnumerable<Market> Markets => _markets.Values;
    public IReadOnlyCollection<long> NodeKeys => _nodes.Keys;
    public LastSeenBook Seen { get; } = new(startedAt);

    /// <summary>Whether the rows are those of the store; not so after a <see cref="Load"/> that failed half way.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Whether a transaction is open.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Forgets everything, an open transaction too, and reads it anew: at the start, and after a transaction failed.</summary>
    public void Load()
    {
        IsLoaded = false;
        if (IsBegun)
            store.Rollback();
        _accounts.Clear();
        _markets.Clear();
        _nodes.Clear();
        _nodesByAddress.Clear();
        _jobs.Clear();
        _runsOfNode.Clear();
        _waiting.Clear();
        _queues.Clear();
        Forget();

        _head = store.ReadHead();
        Next = KeysAfter(_head);
        foreach (var market in store.ReadMarkets())
            _markets.Add(market.Key, market);
        foreach (var node in store.ReadNodes())
            Cache(node);
        foreach (var job in store.ReadRunningJobs())
            Cache(job);
        IsLoaded = true;
    }

    public Account? Account(long key)
    {
        if (_accounts.TryGetValue(key, out var known))
            return known;
        if (store.ReadAccount(key) is not { } row)
            return null;
        _accounts.Add(key, row);
        return row;
    }

    public Account? Account(AccountAddress address) =>
        _newAccounts.TryGetValue(address, out var key) ? Account(key)
        : store.ReadAccount(address) is { } row ? Account(row.Key)
        : null;

    public ApiKey? ApiKey(long key) => _changed.ApiKeys.TryGetValue(key, out var changed) ? changed : store.ReadApiKey(key);
    public Market? Market(long key) => _markets.GetValueOrDefault(key);
    public Node? Node(long key) => _nodes.GetValueOrDefault(key);
    public Node? Node(NodeAddress address) => _nodesByAddress.TryGetValue(address, out var key) ? _nodes[key] : null;
    public DateTimeOffset LastSeen(long node) => Seen.Of(node);

    public Job? Job(long key)
    {
        if (_jobs.TryGetValue(key, out var known))
            return known;
        if (store.ReadJob(key) is not { } row)
            return null;
        _jobs.Add(key, row);
        return row;
    }

    public IEnumerable<Job> RunsOf(long node) => _runsOfNode.TryGetValue(node, out var keys) ? keys.Select(key => _jobs[key]) : [];

    public IEnumerable<Node> Waiting(long market) => _waiting.TryGetValue(market, out var nodes) ? nodes.Select(n => _nodes[n.Key]) : [];

    public IEnumerable<QueuedJob> Queue(long market)
    {
        if (!_queues.TryGetValue(market, out var window))
            _queues.Add(market, window = new QueueWindow());
        var last = 0L;
        while (true)
        {
            var chunk = window.After(last, QueueChunk);
            foreach (var job in chunk)
            {
                yield return job;
                last = job.Key;
            }

            if (chunk.Count > 0)
                continue;
            if (window.IsComplete)
                yield break;
            // The store has to know of this group's own changes before it is asked for more.
            Flush();
            var more = store.ReadQueue(market, window.CoveredTo, QueueChunk);
            window.Refill(more, isLast: more.Count < QueueChunk);
        }
    }

    /// <summary>Takes over what a command drafted.</summary>
    public void Accept(Draft draft)
    {
        foreach (var (key, account) in draft.Changed.Accounts)
        {
            if (!_accounts.ContainsKey(key))
                _newAccounts[account.Address] = key;
            _accounts[key] = account;
            _changed.Accounts[key] = account;
        }

        foreach (var (key, market) in draft.Changed.Markets)
        {
            _markets[key] = market;
            _changed.Markets[key] = market;
        }

        foreach (var node in draft.Changed.Nodes.Values)
        {
            Cache(node);
            _changed.Nodes[node.Key] = node;
        }

        foreach (var job in draft.Changed.Jobs.Values)
        {
            Cache(job);
            _changed.Jobs[job.Key] = job;
        }

        foreach (var (key, apiKey) in draft.Changed.ApiKeys)
            _changed.ApiKeys[key] = apiKey;

        _entries.AddRange(draft.Entries);
        Next = draft.Next;
        if (draft.Seen != 0)
            Seen.Mark(draft.Seen, draft.Now);
    }

    /// <summary>Makes the group's changes durable, with the block that tells of them.</summary>
    public void Commit(DateTimeOffset now, BlockSigner sign)
    {
        Flush();
        if (_entries.Count > 0)
        {
            var leaves = _entries.Select(e => MerkleTree.Leaf(e)).ToArray();
            var root = MerkleTree.Root(leaves);
            var height = _head.Height + 1;
            var hash = Block.HashOf(height, _head.BlockHash, root, now);
            Begin();
            store.WriteBlock(new Block
            {
                Height = height,
                Previous = _head.BlockHash,
                Root = root,
                At = now,
                Signature = sign(hash),
                Entries = Block.Pack(_entries),
            });
            _head = _head with { Height = height, BlockHash = hash, BlockAt = now };
        }

        if (IsBegun)
            store.Commit();
        Forget();
        Next = Next with { Entry = new EntryPlace(_head.Height + 1, 0) };
        Trim();
    }

    private void Begin()
    {
        if (IsBegun)
            return;
        store.Begin();
        IsBegun = true;
    }

    private void Flush()
    {
        if (_changed.IsEmpty)
            return;
        Begin();
        store.Write(_changed);
        _changed.Clear();
    }

    private void Forget()
    {
        _changed.Clear();
        _entries.Clear();
        _newAccounts.Clear();
        IsBegun = false;
    }

    /// <summary>Between groups only jobs on nodes stay in memory, and not every account of a large network.</summary>
    private void Trim()
    {
        foreach (var key in _jobs.Where(j => j.Value.State is not JobState.Running).Select(j => j.Key).ToList())
            _jobs.Remove(key);
        if (_accounts.Count > MostAccounts)
            _accounts.Clear();
    }

    private void Cache(Node node)
    {
        if (_nodes.TryGetValue(node.Key, out var before) && before.IsWaiting)
            _waiting[before.Market].Remove((before.WaitingSince, before.Key));
        _nodes[node.Key] = node;
        _nodesByAddress[node.Address] = node.Key;
        if (!node.IsWaiting)
            return;
        if (!_waiting.TryGetValue(node.Market, out var waiting))
            _waiting.Add(node.Market, waiting = []);
        waiting.Add((node.WaitingSince, node.Key));
    }

    private void Cache(Job job)
    {
        if (_jobs.TryGetValue(job.Key, out var before) && before.State is JobState.Running)
            _runsOfNode[before.Node].Remove(before.Key);
        _jobs[job.Key] = job;
        if (job.State is JobState.Running)
        {
            if (!_runsOfNode.TryGetValue(job.Node, out var runs))
                _runsOfNode.Add(job.Node, runs = []);
            runs.Add(job.Key);
        }

        if (!_queues.TryGetValue(job.Market, out var window))
            return;
        if (job.State is JobState.Queued)
            window.Add(new QueuedJob(job.Key, job.WantedNode));
        else
            window.Remove(job.Key);
    }

    private static NextKeys KeysAfter(StoreHead head) => new(
        head.Account + 1, head.ApiKey + 1, head.Market + 1, head.Node + 1, head.Job + 1, new EntryPlace(head.Height + 1, 0));
}
