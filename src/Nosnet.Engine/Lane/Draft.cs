using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The rows as a command sees them while it decides: those before it, under the changes it has drafted. A lane has one draft, on which
/// its commands begin one after the other.
/// </summary>
public sealed class Draft(IRows rows)
{
    private readonly IRows _rows = rows;
    private readonly HashSet<long> _removed = [];

    /// <summary>The time of the decision, by the server's clock.</summary>
    public DateTimeOffset Now { get; private set; }

    public AddressBook Addresses => _rows.Addresses;
    public NextKeys Next { get; private set; }

    /// <summary>What is drafted so far.</summary>
    public ChangedRows Changed { get; } = new();

    public List<byte[]> Entries { get; } = [];

    /// <summary>Nodes whose assignments changed and that have to be told.</summary>
    public HashSet<long> Told { get; } = [];

    /// <summary>A node that was heard of.</summary>
    public long Seen { get; private set; }

    /// <summary>The answer to be kept under the command's idempotency key.</summary>
    public KeptAnswer? Kept { get; private set; }

    /// <summary>Whether anything of a deployment is drafted, its jobs left aside.</summary>
    internal bool TouchesDeployments => Changed.Deployments.Count + Changed.Revisions.Count + Changed.Tasks.Count + Changed.Events.Count > 0;

    /// <summary>The deployments that it touches.</summary>
    internal IEnumerable<long> TouchedDeployments => Changed.Deployments.Keys
        .Concat(Changed.Revisions.Values.Select(static r => r.Deployment))
        .Concat(Changed.Events.Values.Select(static e => e.Deployment))
        .Concat(Changed.Tasks.Values.OfType<DeploymentTask>().Select(static t => t.Deployment))
        .Concat(_removed);

    /// <summary>Begins anew, for the next command: what the one before has drafted is accepted or thrown away.</summary>
    public void Begin(DateTimeOffset now)
    {
        Now = now;
        Next = _rows.Next;
        Changed.Clear();
        Entries.Clear();
        Told.Clear();
        _removed.Clear();
        Seen = 0;
        Kept = null;
    }

    public IEnumerable<Node> Nodes => Changed.Nodes.Values.Concat(_rows.Nodes.Where(n => !Changed.Nodes.ContainsKey(n.Key)));
    public IEnumerable<Market> Markets => Changed.Markets.Values.Concat(_rows.Markets.Where(m => !Changed.Markets.ContainsKey(m.Key)));

    public Account? Account(long key) => Changed.Accounts.TryGetValue(key, out var drafted) ? drafted : _rows.Account(key);
    public Account? Account(AccountAddress address) =>
        Changed.Accounts.Values.FirstOrDefault(a => a.Address == address) ?? _rows.Account(address);

    /// <summary>What is held for all jobs of an account, whether it pays for them itself or a vault of it does.</summary>
    public Credits HeldOf(Account account) => _rows.VaultsOf(account.Key).Aggregate(account.Reserved, (sum, vault) => sum + Account(vault)!.Reserved);

    public ApiKey? ApiKey(long key) => Changed.ApiKeys.TryGetValue(key, out var drafted) ? drafted : _rows.ApiKey(key);
    public Budget? Budget(long apiKey) => Changed.Budgets.TryGetValue(apiKey, out var drafted) ? drafted : _rows.Budget(apiKey);
    public Market? Market(long key) => Changed.Markets.TryGetValue(key, out var drafted) ? drafted : _rows.Market(key);
    public Market? Market(MarketAddress address) => Markets.FirstOrDefault(m => m.Address == address);
    public Node? Node(long key) => Changed.Nodes.TryGetValue(key, out var drafted) ? drafted : _rows.Node(key);
    public Node? Node(NodeAddress address) => Changed.Nodes.Values.FirstOrDefault(n => n.Address == address) ?? _rows.Node(address);
    public Job? Job(long key) => Changed.Jobs.TryGetValue(key, out var drafted) ? drafted : _rows.Job(key);
    public DateTimeOffset LastSeen(long node) => Seen == node ? Now : _rows.LastSeen(node);
    public DateTimeOffset HearsSince => _rows.HearsSince;

    /// <summary>A deployment, also one that was deleted.</summary>
    public Deployment? Deployment(long key) => Changed.Deployments.TryGetValue(key, out var drafted) ? drafted : _rows.Deployments.Row(key);
    public Deployment? Deployment(DeploymentAddress address) => _rows.Deployments.Row(address) is { } row ? Deployment(row.Key) : null;
    public Deployment? Deployment(long account, string idempotencyKey) => _rows.Deployments.Row(account, idempotencyKey);
    public IReadOnlyList<Deployment> UnsettledDeployments() => _rows.Deployments.Unsettled();
    public long ReplicasOf(long account) => _rows.Deployments.ReplicasOf(account);

    public DeploymentRevision? Revision(long deployment, int number) =>
        Changed.Revisions.Values.FirstOrDefault(r => r.Deployment == deployment && r.Number == number) ?? _rows.Deployments.Revision(deployment, number);

    /// <summary>Whether the jobs of a deployment have services.</summary>
    internal bool Serves(Deployment deployment) => Revision(deployment.Key, deployment.ActiveRevision)?.Exposes is true;

    /// <summary>A deployment's tasks, oldest first.</summary>
    public IReadOnlyList<DeploymentTask> TasksOf(long deployment) =>
    [
        .. _rows.Deployments.TasksOf(deployment).Where(t => !Changed.Tasks.ContainsKey(t.Key))
            .Concat(Changed.Tasks.Values.OfType<DeploymentTask>().Where(t => t.Deployment == deployment))
            .OrderBy(t => t.Key),
    ];

    /// <summary>A deployment's jobs that have not ended, oldest first.</summary>
    public IReadOnlyList<Job> JobsOf(long deployment) =>
        [.. _rows.Deployments.JobsOf(deployment).Union(Changed.Jobs.Keys).Order().Select(key => Job(key)!).Where(j => j.Deployment == deployment && !j.IsEnded)];

    /// <summary>A deployment's jobs that completed, those that ended last first.</summary>
    public IReadOnlyList<Job> CompletedOf(long deployment, int limit) =>
    [
        .. _rows.Deployments.CompletedOf(deployment, limit).Where(j => !Changed.Jobs.ContainsKey(j.Key))
            .Concat(Changed.Jobs.Values.Where(j => j.Deployment == deployment && j.State is JobState.Completed))
            .OrderByDescending(j => j.EndedAt).ThenByDescending(j => j.Key).Take(limit),
    ];

    /// <summary>The answer that is kept under an idempotency key.</summary>
    public KeptAnswer? Answer(Guid id) => Kept?.Id == id ? Kept : _rows.Answer(id);

    public IReadOnlyList<Job> RunsOf(long node) =>
        [.. _rows.RunsOf(node).Select(j => j.Key).Union(Changed.Jobs.Keys).Order().Select(key => Job(key)!).Where(j => j.State is JobState.Running && j.Node == node)];

    /// <summary>The jobs that wait in a market, oldest first, as they stood before the command.</summary>
    public IEnumerable<Job> QueuedIn(long market) => _rows.Queue(market).Select(q => Job(q.Key)!).Where(j => j.State is JobState.Queued);

    /// <summary>The oldest job that waits in a market and that the node may run.</summary>
    public Job? FirstQueuedFor(Node node)
    {
        var capacity = CapacityNow(node);
        var stored = _rows.QueueFor(node, capacity)
            .Where(q => !Changed.Jobs.ContainsKey(q.Key))
            .Select(q => Job(q.Key)!)
            .FirstOrDefault();
        var drafted = Changed.Jobs.Values
            .Where(j => j.State is JobState.Queued && j.Market == node.Market && QueuedJob.Of(j).MayRunOn(node.Key, capacity))
            .MinBy(j => j.Key);
        return stored is null || drafted?.Key < stored.Key ? drafted : stored;
    }

    /// <summary>The node that waits longest in a job's market, may run it and holds a live lease.</summary>
    public Node? FirstWaitingFor(Job job) =>
        _rows.Waiting(job.Market)
            .Select(n => Node(n.Key)!)
            .FirstOrDefault(n => n.IsWaiting && n.Market == job.Market && MayRun(n, job) && Leases.IsLive(LastSeen(n.Key), Now));

    /// <summary>What one more run on a node could have: no graphics cards where other runs have them all.</summary>
    public Capacity CapacityNow(Node node)
    {
        var whole = node.Capacity;
        return whole.GpuRuns > 0 && whole.GpuRuns < node.Slots && RunsOf(node.Key).Count(j => j.Requirements?.Gpu is true) >= whole.GpuRuns
            ? whole.WithoutGpus
            : whole;
    }

    // The machine is looked at only for a job that asks for something of it.
    private bool MayRun(Node node, Job job) =>
        QueuedJob.Of(job).MayRunOn(node.Key, job.Requirements is null ? default : CapacityNow(node));

    public void Put(Account row)
    {
        Changed.Accounts[row.Key] = row;
        if (row.Key == Next.Account)
            Next = Next with { Account = row.Key + 1 };
    }

    public void Put(Market row)
    {
        Changed.Markets[row.Key] = row;
        if (row.Key == Next.Market)
            Next = Next with { Market = row.Key + 1 };
    }

    public void Put(Node row)
    {
        Changed.Nodes[row.Key] = row;
        if (row.Key == Next.Node)
            Next = Next with { Node = row.Key + 1 };
    }

    public void Put(Job row)
    {
        Changed.Jobs[row.Key] = row;
        if (row.Key == Next.Job)
            Next = Next with { Job = row.Key + 1 };
    }

    public void Put(ApiKey row)
    {
        Changed.ApiKeys[row.Key] = row;
        if (row.Key == Next.ApiKey)
            Next = Next with { ApiKey = row.Key + 1 };
    }

    public void Put(Budget row) => Changed.Budgets[row.Key] = row;

    public void Remove(ApiKey row) => Changed.ApiKeys[row.Key] = null;

    public void Put(Deployment row)
    {
        Changed.Deployments[row.Key] = row;
        if (row.Key == Next.Deployments.Deployment)
            Next = Next with { Deployments = Next.Deployments with { Deployment = row.Key + 1 } };
    }

    public void Put(DeploymentRevision row)
    {
        Changed.Revisions[row.Key] = row;
        Next = Next with { Deployments = Next.Deployments with { Revision = row.Key + 1 } };
    }

    public void Put(DeploymentTask row)
    {
        Changed.Tasks[row.Key] = row;
        if (row.Key == Next.Deployments.Task)
            Next = Next with { Deployments = Next.Deployments with { Task = row.Key + 1 } };
    }

    public void Remove(DeploymentTask row)
    {
        Changed.Tasks[row.Key] = null;
        _removed.Add(row.Deployment);
    }

    public void Put(DeploymentEvent row)
    {
        Changed.Events[row.Key] = row;
        Next = Next with { Deployments = Next.Deployments with { Event = row.Key + 1 } };
    }

    /// <summary>Keeps what is said to the command, for those who ask again.</summary>
    public Said Keep(IdempotencyKey key, Said said)
    {
        Kept = new KeptAnswer { Id = key.Id, Request = key.Request, At = Now, Status = said.Status, Body = said.Sealed ?? said.Body };
        return said;
    }

    /// <summary>Renews a node's lease.</summary>
    public void See(Node node) => Seen = node.Key;

    /// <summary>Has the node told of its assignments once the changes are durable.</summary>
    public void Tell(long node) => Told.Add(node);

    /// <summary>Records what happened: moves the credits, links the entry into its histories and gives it its id.</summary>
    public Tx Record(Entry entry)
    {
        var place = Next.Entry;
        foreach (var posting in entry.Postings.All)
            Put(Known(posting.Account).After(posting, entry.Kind));

        var previousOfAccount = Link(entry.Account, place);
        var previousOfPayee = entry.Payee == 0 || entry.Payee == entry.Account ? EntryPlace.Nowhere : Link(entry.Payee, place);
        var previousOfJob = EntryPlace.Nowhere;
        if (entry.Job != 0)
        {
            var job = Job(entry.Job) ?? throw new InvalidOperationException($"There is no job {entry.Job} to record an entry of.");
            previousOfJob = job.LastEntry;
            Put(job with { LastEntry = place });
        }

        var bytes = EntryCodec.Encode(entry with
        {
            At = Now,
            PreviousOfAccount = previousOfAccount,
            PreviousOfJob = previousOfJob,
            PreviousOfPayee = previousOfPayee,
        });
        Entries.Add(bytes);
        Next = Next with { Entry = place with { Index = place.Index + 1 } };
        return new Tx(Addresses.Place(place), Bytes32.HashOf(bytes));
    }

    private EntryPlace Link(long account, EntryPlace place)
    {
        if (account == 0)
            return EntryPlace.Nowhere;
        var row = Known(account);
        Put(row with { LastEntry = place });
        return row.LastEntry;
    }

    private Account Known(long key) => Account(key) ?? throw new InvalidOperationException($"There is no account {key}.");
}
