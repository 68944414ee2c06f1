using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The rows as a command sees them while it decides: those before it, under the changes it has drafted.</summary>
public sealed class Draft(IRows rows, DateTimeOffset now)
{
    private readonly IRows _rows = rows;

    /// <summary>The time of the decision, by the server's clock.</summary>
    public DateTimeOffset Now { get; } = now;

    public AddressBook Addresses => _rows.Addresses;
    public NextKeys Next { get; private set; } = rows.Next;

    /// <summary>What is drafted so far.</summary>
    public ChangedRows Changed { get; } = new();

    public List<byte[]> Entries { get; } = [];

    /// <summary>Nodes whose assignments changed and that have to be told.</summary>
    public HashSet<long> Told { get; } = [];

    /// <summary>A node that was heard of.</summary>
    public long Seen { get; private set; }

    public IEnumerable<Market> Markets => Changed.Markets.Values.Concat(_rows.Markets.Where(m => !Changed.Markets.ContainsKey(m.Key)));

    public Account? Account(long key) => Changed.Accounts.TryGetValue(key, out var drafted) ? drafted : _rows.Account(key);
    public Account? Account(AccountAddress address) =>
        Changed.Accounts.Values.FirstOrDefault(a => a.Address == address) ?? _rows.Account(address);

    public ApiKey? ApiKey(long key) => Changed.ApiKeys.TryGetValue(key, out var drafted) ? drafted : _rows.ApiKey(key);
    public Market? Market(long key) => Changed.Markets.TryGetValue(key, out var drafted) ? drafted : _rows.Market(key);
    public Market? Market(MarketAddress address) => Markets.FirstOrDefault(m => m.Address == address);
    public Node? Node(long key) => Changed.Nodes.TryGetValue(key, out var drafted) ? drafted : _rows.Node(key);
    public Node? Node(NodeAddress address) => Changed.Nodes.Values.FirstOrDefault(n => n.Address == address) ?? _rows.Node(address);
    public Job? Job(long key) => Changed.Jobs.TryGetValue(key, out var drafted) ? drafted : _rows.Job(key);
    public DateTimeOffset LastSeen(long node) => Seen == node ? Now : _rows.LastSeen(node);

    public IReadOnlyList<Job> RunsOf(long node) =>
        [.. _rows.RunsOf(node).Select(j => j.Key).Union(Changed.Jobs.Keys).Order().Select(key => Job(key)!).Where(j => j.State is JobState.Running && j.Node == node)];

    /// <summary>The jobs that wait in a market, oldest first, as they stood before the command.</summary>
    public IEnumerable<Job> QueuedIn(long market) => _rows.Queue(market).Select(q => Job(q.Key)!).Where(j => j.State is JobState.Queued);

    /// <summary>The oldest job that waits in a market and that the node may run.</summary>
    public Job? FirstQueuedFor(Node node)
    {
        var stored = _rows.Queue(node.Market)
            .Where(q => (q.WantedNode == 0 || q.WantedNode == node.Key) && !Changed.Jobs.ContainsKey(q.Key))
            .Select(q => Job(q.Key)!)
            .FirstOrDefault();
        var drafted = Changed.Jobs.Values
            .Where(j => j.State is JobState.Queued && j.Market == node.Market && (j.WantedNode == 0 || j.WantedNode == node.Key))
            .MinBy(j => j.Key);
        return stored is null || drafted?.Key < stored.Key ? drafted : stored;
    }

    /// <summary>The node that waits longest in a job's market, may run it and holds a live lease.</summary>
    public Node? FirstWaitingFor(Job job) =>
        _rows.Waiting(job.Market)
            .Select(n => Node(n.Key)!)
            .FirstOrDefault(n => n.IsWaiting && n.Market == job.Market && (job.WantedNode == 0 || job.WantedNode == n.Key) && Leases.IsLive(LastSeen(n.Key), Now));

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

    public void Remove(ApiKey row) => Changed.ApiKeys[row.Key] = null;

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
        return new Tx(Addresses.Place(place), new Bytes32(SHA256.HashData(bytes)));
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
