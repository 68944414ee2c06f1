using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The rows of a lane: those that every command needs stay in memory, the others are read when first needed, and what a group
/// changes is written once at its end, however many commands touched it.
/// </summary>
internal sealed class LaneRows(ILaneStore store, AddressBook addresses, DateTimeOffset startedAt) : IRows
{
    private const int MostAccounts = 100_000;
    private const int MostBudgets = 100_000;
    private const int QueueChunk = 256;

    /// <summary>What is answered without a write may be as old as this where another server has taken over.</summary>
    private static readonly TimeSpan VerifyPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, Account> _accounts = [];
    private readonly Dictionary<long, List<long>> _vaults = [];
    private readonly Dictionary<long, Budget> _budgets = [];
    private readonly Dictionary<long, Market> _markets = [];
    private readonly Dictionary<AccountAddress, long> _newAccounts = [];
    private readonly LaneNodes _nodes = new();
    private readonly LaneJobs _jobs = new();
    private readonly Dictionary<long, MarketQueue> _queues = [];
    private readonly ChangedRows _changed = new();
    private readonly Dictionary<long, Node> _uncommitted = [];
    private readonly List<byte[]> _entries = [];
    private readonly Dictionary<Guid, KeptAnswer> _answers = [];
    private LaneDeployments? _deployments;
    private StoreHead _head = new();
    private DateTimeOffset _verifiedAt = startedAt;

    public AddressBook Addresses => addresses;
    public NextKeys Next { get; private set; }
    public IEnumerable<Market> Markets => _markets.Values;
    public IDeploymentRows Deployments => KnownDeployments;
    public IEnumerable<Node> Nodes => _nodes.All;
    public NodeBook CommittedNodes { get; } = new();
    public LastSeenBook Seen { get; } = new(startedAt);

    /// <summary>Whether the rows are those of the store; not so after a <see cref="Load"/> that failed half way.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Whether a transaction is open.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Whether the store was asked to commit and has not said that it has.</summary>
    public bool IsCommitting { get; private set; }

    /// <summary>Forgets everything, an open transaction too, and reads it anew: at the start, and after a transaction failed.</summary>
    public void Load()
    {
        IsLoaded = false;
        if (IsBegun)
            store.Rollback();
        _accounts.Clear();
        _vaults.Clear();
        _budgets.Clear();
        _markets.Clear();
        _nodes.Clear();
        _jobs.Clear();
        _queues.Clear();
        _deployments?.Clear();
        Forget();

        _head = store.ReadHead();
        Next = KeysAfter(_head);
        foreach (var market in store.ReadMarkets())
            _markets.Add(market.Key, market);
        foreach (var node in store.ReadNodes())
        {
            _nodes.Put(node);
            CommittedNodes.Put(node);
        }

        foreach (var job in store.ReadRunningJobs())
            _jobs.Put(job);
        IsLoaded = true;
    }

    /// <summary>Asks the store now and then whether the rows are still those in memory. Where they are not, they count as not loaded.</summary>
    public void Verify(DateTimeOffset now)
    {
        if (now - _verifiedAt < VerifyPeriod)
            return;
        try
        {
            store.Verify();
            _verifiedAt = now;
        }
        catch
        {
            IsLoaded = false;
            throw;
        }
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

    public IEnumerable<long> VaultsOf(long account)
    {
        if (_vaults.TryGetValue(account, out var known))
            return known;
        Flush();
        var vaults = store.ReadVaults(account);
        foreach (var vault in vaults)
            _accounts.TryAdd(vault.Key, vault);
        return _vaults[account] = [.. vaults.Select(static v => v.Key)];
    }

    public ApiKey? ApiKey(long key) => _changed.ApiKeys.TryGetValue(key, out var changed) ? changed : store.ReadApiKey(key);
    public Budget? Budget(long apiKey)
    {
        if (_budgets.TryGetValue(apiKey, out var known))
            return known;
        if (store.ReadBudget(apiKey) is not { } row)
            return null;
        _budgets.Add(apiKey, row);
        return row;
    }

    public Market? Market(long key) => _markets.GetValueOrDefault(key);
    public Node? Node(long key) => _nodes.Row(key);
    public Node? Node(NodeAddress address) => _nodes.Row(address);
    public DateTimeOffset LastSeen(long node) => Seen.Of(node);
    public DateTimeOffset HearsSince => Seen.StartedAt;

    public Job? Job(long key)
    {
        if (_jobs.TryRow(key, out var known))
            return known;
        if (store.ReadJob(key) is not { } row)
            return null;
        _jobs.Pass(row);
        return row;
    }

    public KeptAnswer? Answer(Guid id) => _answers.TryGetValue(id, out var kept) ? kept : store.ReadAnswer(id);

    public IEnumerable<Job> RunsOf(long node) => _jobs.RunsOf(node);

    public IEnumerable<Node> Waiting(long market) => _nodes.Waiting(market);

    public IEnumerable<QueuedJob> Queue(long market)
    {
        IReadOnlyList<QueuedJob> chunk;
        var last = 0L;
        do
        {
            chunk = ReadQueue(market, last);
            foreach (var job in chunk)
                yield return job;
            if (chunk.Count > 0)
                last = chunk[^1].Key;
        }
        while (chunk.Count == QueueChunk);
    }

    public IEnumerable<QueuedJob> QueueFor(Node node, Capacity capacity)
    {
        if (!_queues.TryGetValue(node.Market, out var queue))
            _queues.Add(node.Market, queue = new MarketQueue(after => ReadQueue(node.Market, after), QueueChunk));
        return queue.For(node.Key, capacity);
    }

    /// <summary>Reads what a group is going to need of deployments, before it changes anything.</summary>
    public void Know(IReadOnlyCollection<long> deployments)
    {
        if (deployments.Count == 0)
            return;
        foreach (var account in KnownDeployments.Know(deployments, _jobs.Has))
            _accounts.TryAdd(account.Key, account);
    }

    /// <summary>The clock leapt over time that did not pass, so no job ran or was prepared in it.</summary>
    public void Skip(TimeSpan skipped)
    {
        foreach (var job in _jobs.Running.ToList())
        {
            var later = job with
            {
                AssignedAt = job.AssignedAt + skipped,
                StartedAt = job.StartedAt + skipped,
                StopRequestedAt = job.StopRequestedAt + skipped,
            };
            _jobs.Put(later);
            _changed.Jobs[job.Key] = later;
        }
    }

    /// <summary>Takes over what a command drafted.</summary>
    public void Accept(Draft draft)
    {
        foreach (var (key, account) in draft.Changed.Accounts)
        {
            if (!_accounts.ContainsKey(key))
            {
                _newAccounts[account.Address] = key;
                if (_vaults.TryGetValue(account.Owner, out var vaults))
                    vaults.Add(key);
            }

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
            if (_nodes.Put(node))
                ForgetMachines();
            _changed.Nodes[node.Key] = node;
            _uncommitted[node.Key] = node;
        }

        foreach (var job in draft.Changed.Jobs.Values)
        {
            _jobs.Put(job);
            if (_queues.TryGetValue(job.Market, out var queue))
                queue.Put(job);
            _changed.Jobs[job.Key] = job;
            if (job.Deployment != 0)
                KnownDeployments.Accept(job);
        }

        foreach (var (key, apiKey) in draft.Changed.ApiKeys)
            _changed.ApiKeys[key] = apiKey;

        foreach (var (key, budget) in draft.Changed.Budgets)
        {
            _budgets[key] = budget;
            _changed.Budgets[key] = budget;
        }

        if (draft.TouchesDeployments)
            KnownDeployments.Accept(draft.Changed, _changed);
        if (draft.Kept is { } kept)
            _answers[kept.Id] = kept;
        _entries.AddRange(draft.Entries);
        Next = draft.Next;
        if (draft.Seen != 0)
            Seen.Mark(draft.Seen, draft.Now);
    }

    /// <summary>Makes the group's changes durable, with the block that tells of them.</summary>
    public void Commit(DateTimeOffset now, BlockSigner sign, Committed changes)
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

        if (_answers.Count > 0)
        {
            Begin();
            store.WriteAnswers(_answers.Values, now - IdempotencyKey.Known);
        }

        if (IsBegun)
        {
            if (!changes.IsEmpty)
                store.Tell(changes);
            IsCommitting = true;
            store.Commit();
        }

        foreach (var node in _uncommitted.Values)
            CommittedNodes.Put(node);
        Forget();
        Next = Next with { Entry = new EntryPlace(_head.Height + 1, 0) };
        Trim();
    }

    private LaneDeployments KnownDeployments => _deployments ??= new LaneDeployments(store, Flush, _jobs.Pass);

    private IReadOnlyList<QueuedJob> ReadQueue(long market, long after)
    {
        // The store has to know of this group's own changes before it is asked.
        Flush();
        return store.ReadQueue(market, after, QueueChunk);
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
        _uncommitted.Clear();
        _entries.Clear();
        _answers.Clear();
        _newAccounts.Clear();
        IsBegun = false;
        IsCommitting = false;
    }

    /// <summary>Between groups only jobs on nodes stay in memory, and not every account of a large network.</summary>
    private void Trim()
    {
        _jobs.Trim();
        if (_accounts.Count > MostAccounts)
        {
            _accounts.Clear();
            _vaults.Clear();
        }

        if (_budgets.Count > MostBudgets)
            _budgets.Clear();
        _deployments?.Trim();
    }

    /// <summary>A machine has changed, so its queues may be for one that there is no more.</summary>
    private void ForgetMachines()
    {
        var there = _nodes.All.SelectMany(n => (Capacity[])[n.Capacity, n.Capacity.WithoutGpus]).ToHashSet();
        foreach (var queue in _queues.Values)
            queue.KeepOnly(there);
    }

    private static NextKeys KeysAfter(StoreHead head) => new(
        head.Account + 1, head.ApiKey + 1, head.Market + 1, head.Node + 1, head.Job + 1,
        new DeploymentKeys(head.Deployment + 1, head.Revision + 1, head.Task + 1, head.Event + 1), new EntryPlace(head.Height + 1, 0));
}
