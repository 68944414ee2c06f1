using System.Security.Cryptography;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.EndToEnd;

/// <summary>What a store holds in the end: its whole chain, audited, and its accounts and jobs, whose amounts are compared with it.</summary>
internal sealed class StoredChain
{
    private const int Chunk = 256;

    private readonly Dictionary<Bytes32, Entry> _entries = [];
    private readonly Dictionary<(EntryKind, long Account, Credits), int> _moves = [];
    private readonly Dictionary<(long Job, int Epoch), int> _starts = [];
    private readonly Dictionary<long, List<Entry>> _ends = [];
    private readonly Dictionary<AccountAddress, long> _accounts = [];

    private StoredChain()
    {
    }

    /// <summary>Entries that tell what one of before told already: a job posted or ended twice, a run that started twice.</summary>
    public int Doubled { get; private set; }

    public long Blocks { get; private set; }
    public long Entries => _entries.Count;
    public IReadOnlyCollection<(EntryKind Kind, long Account, Credits Amount)> Moves => _moves.Keys;

    /// <summary>Reads and audits a store. No server is at it any more.</summary>
    public static async Task<StoredChain> ReadAsync(INetworkStores stores, AccountAddress network, CancellationToken cancellation)
    {
        var chain = new StoredChain();
        var audit = new ChainAudit(network);
        while (await stores.Read.BlocksAsync(audit.Height + 1, Chunk, cancellation) is { Count: > 0 } blocks)
        {
            foreach (var block in blocks)
            {
                audit.Add(block, out var fault).ShouldBeTrue(fault);
                foreach (var bytes in Block.Unpack(block.Entries))
                    chain.Add(bytes);
            }
        }

        chain.Blocks = audit.Height;
        var accounts = new List<Account>();
        while (await stores.Read.AccountAsync(accounts.Count + 1, cancellation) is { } account)
            accounts.Add(account);
        BalanceAudit.Fault(audit, accounts).ShouldBeNull();
        foreach (var account in accounts)
            chain._accounts.Add(account.Address, account.Key);
        await chain.CompareJobsAsync(stores, accounts, cancellation);
        return chain;
    }

    public long Account(AccountAddress address) => _accounts[address];

    public Entry? Find(Tx tx) => _entries.GetValueOrDefault(tx.Hash);

    /// <summary>How often an account's credits were moved by this amount.</summary>
    public int Count(EntryKind kind, long account, Credits amount) => _moves.GetValueOrDefault((kind, account, amount));

    public int Starts(long job, int epoch) => _starts.GetValueOrDefault((job, epoch));

    public Entry? End(long job) => _ends.GetValueOrDefault(job)?[0];

    private void Add(byte[] bytes)
    {
        var entry = EntryCodec.Decode(bytes);
        _entries.Add(new Bytes32(SHA256.HashData(bytes)), entry);
        switch (entry.Kind)
        {
            case EntryKind.JobPosted or EntryKind.JobExtended or EntryKind.CreditsGranted:
                Count(_moves, (entry.Kind, entry.Account, entry.Amount));
                break;
            case EntryKind.RunStarted:
                Count(_starts, (entry.Job, entry.Epoch));
                break;
            case EntryKind.JobEnded:
                if (_ends.TryGetValue(entry.Job, out var earlier))
                    Doubled++;
                else
                    _ends.Add(entry.Job, earlier = []);
                earlier.Add(entry);
                break;
        }
    }

    private void Count<T>(Dictionary<T, int> counts, T what)
        where T : notnull
    {
        counts[what] = counts.GetValueOrDefault(what) + 1;
        if (counts[what] > 1)
            Doubled++;
    }

    /// <summary>What the accounts hold is what their jobs hold and have cost, to the nano-dollar, and nobody earned what nobody paid.</summary>
    private async Task CompareJobsAsync(INetworkStores stores, List<Account> accounts, CancellationToken cancellation)
    {
        var posted = _entries.Values.Count(e => e.Kind is EntryKind.JobPosted);
        var jobs = new Job[posted];
        await Parallel.ForAsync(0, posted, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (i, token) =>
            jobs[i] = (await stores.Read.JobAsync(i + 1, token)).ShouldNotBeNull());
        (await stores.Read.JobAsync(posted + 1, cancellation)).ShouldBeNull("every job was posted");
        foreach (var job in jobs)
        {
            job.IsEnded.ShouldBe(End(job.Key) is not null);
            job.Settled.ShouldBe(End(job.Key)?.Amount ?? Credits.Zero);
        }

        var byAccount = jobs.ToLookup(j => j.Account);
        foreach (var account in accounts.Where(a => a.Role is AccountRole.User))
        {
            account.Reserved.ShouldBe(Sum(byAccount[account.Key].Where(j => !j.IsEnded).Select(j => j.Reserved)));
            account.Settled.ShouldBe(Sum(byAccount[account.Key].Select(j => j.Settled)));
        }

        Sum(accounts.Select(a => a.Earned)).ShouldBe(Sum(jobs.Select(j => j.Settled)));
        Sum(accounts.Select(a => a.Issued + a.Assigned)).ShouldBe(Credits.Zero);
    }

    private static Credits Sum(IEnumerable<Credits> amounts) => amounts.Aggregate(Credits.Zero, static (sum, next) => sum + next);
}
