using System.Security.Cryptography;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>
/// What became durable, told anew from its entries alone. Every transaction is held against it: the chain, the links, the credits, the
/// rows; and what was answered has to be in it for ever.
/// </summary>
internal sealed class History(AddressBook addresses)
{
    private readonly Dictionary<(long Account, Bucket Bucket), Credits> _balances = [];
    private readonly Dictionary<long, EntryPlace> _lastOfAccount = [];
    private readonly Dictionary<long, JobHistory> _jobs = [];
    private readonly Dictionary<long, int> _running = [];
    private readonly Dictionary<Cid, Guid> _keyed = [];
    private readonly List<IReadOnlyList<byte[]>> _entries = [];
    private readonly HashSet<long> _touchedAccounts = [];
    private readonly HashSet<long> _touchedNodes = [];

    /// <summary>The rows as they were written.</summary>
    public Tables Rows { get; } = new();

    public bool IsDrained => _jobs.Values.All(j => j.IsEnded);

    /// <summary>Makes known that jobs of this definition may only be posted under that key.</summary>
    public void Expect(Cid definition, Guid key) => _keyed.Add(definition, key);

    /// <summary>Takes in a transaction that is on disk.</summary>
    /// <param name="written">What it wrote.</param>
    /// <param name="group">The commands that did it, and some that did not.</param>
    /// <param name="isAlive">Whether a node holds a lease.</param>
    public void Apply(WrittenRows written, IReadOnlyList<object> group, Func<long, bool> isAlive)
    {
        if (written.Block is { } block)
            Apply(block, written, group, isAlive);
        CheckAnswers(written);
        CheckRows(written.Rows);
        Store(written);
    }

    /// <summary>Whether what a user was told is in the history.</summary>
    public void CheckAnswered(Tx tx)
    {
        Violation.Unless(addresses.TryPlace(tx.Place, out var place), $"{tx} is no place in the chain.");
        Violation.Unless(
            place.Height <= _entries.Count && place.Index < _entries[(int)place.Height - 1].Count && SHA256.HashData(_entries[(int)place.Height - 1][place.Index]).AsSpan().SequenceEqual(tx.Hash.ToArray()),
            $"What was answered with the entry {place} is not in the chain.");
    }

    public void CheckAnswered(IdempotencyKey key, Said said)
    {
        var kept = Rows.Answers.GetValueOrDefault(key.Id);
        Violation.Unless(kept is not null, $"The answer under {key.Id} was given and is not kept.");
        Violation.Unless(kept!.Request == key.Request, $"The answer under {key.Id} was given to another request.");
        Violation.Unless(kept.Body.AsSpan().SequenceEqual(said.Body), $"The answers under {key.Id} differ.");
    }

    /// <summary>Nothing waits while a node that was heard of could run it.</summary>
    public void CheckQueues(Func<long, bool> isHeard)
    {
        var nodes = Rows.Nodes.Values.Where(n => n.Market != 0 && n.Running < n.Slots && n.Drain is Drain.None && isHeard(n.Key)).ToList();
        if (nodes.Count == 0)
            return;
        foreach (var (key, history) in _jobs)
        {
            if (history.State is not JobState.Queued)
                continue;
            var job = Rows.Jobs[key];
            if (nodes.Find(n => Fits(job, n)) is { } free)
                throw new Violation($"Job {key} waits while node {free.Key} is free.");
        }
    }

    private bool Fits(Job job, Node node)
    {
        if (job.Market != node.Market || job.AvoidedNode == node.Key || (job.WantedNode != 0 && job.WantedNode != node.Key))
            return false;
        var capacity = node.Capacity;
        var onCards = _jobs.Count(j => j.Value.Node == node.Key && Rows.Jobs[j.Key].Requirements?.Gpu is true);
        return (onCards < capacity.GpuRuns ? capacity : capacity.WithoutGpus).Reaches(job.Requirements);
    }

    private void Apply(Block block, WrittenRows written, IReadOnlyList<object> group, Func<long, bool> isAlive)
    {
        var last = Rows.Blocks.Count == 0 ? null : Rows.Blocks[^1];
        Violation.Unless(block.Height == (last?.Height ?? 0) + 1, $"Block {block.Height} follows block {last?.Height}.");
        Violation.Unless(block.Previous == (last?.Hash ?? default), $"Block {block.Height} does not name the one before.");
        Violation.Unless(last is null || block.At >= last.At, $"Block {block.Height} is older than the one before.");
        var entries = Block.Unpack(block.Entries);
        Violation.Unless(MerkleTree.Root([.. entries.Select(e => MerkleTree.Leaf(e))]) == block.Root, $"Block {block.Height} has another root.");
        _entries.Add(entries);
        for (var index = 0; index < entries.Count; index++)
            Apply(EntryCodec.Decode(entries[index]), new EntryPlace(block.Height, index), written, group, isAlive);
    }

    private void Apply(Entry entry, EntryPlace place, WrittenRows written, IReadOnlyList<object> group, Func<long, bool> isAlive)
    {
        foreach (var posting in entry.Postings.All)
        {
            _balances[(posting.Account, posting.Bucket)] = Balance(posting.Account, posting.Bucket) + posting.Amount;
            _touchedAccounts.Add(posting.Account);
        }

        Link(entry.Account, entry.PreviousOfAccount, place);
        if (entry.Payee != entry.Account)
            Link(entry.Payee, entry.PreviousOfPayee, place);
        if (entry.Job == 0)
            return;

        var row = written.Rows.Jobs.GetValueOrDefault(entry.Job) ?? throw new Violation($"Job {entry.Job} has a new entry and was not written.");
        if (entry.Kind is EntryKind.JobPosted)
            Post(entry, row, written);
        var job = _jobs[entry.Job];
        Violation.Unless(entry.PreviousOfJob == job.LastEntry, $"The history of job {entry.Job} is broken at {place}.");
        job.LastEntry = place;
        if (entry.Kind is EntryKind.JobPosted)
            return;
        var before = job.Node;
        job.Apply(entry, row);
        if (before != job.Node)
        {
            Count(before, -1);
            Count(job.Node, 1);
        }

        if (entry.Kind is EntryKind.JobAssigned)
            CheckAssigned(entry, row, written, group, isAlive);
    }

    private void Post(Entry entry, Job row, WrittenRows written)
    {
        Violation.Unless(entry.Job == _jobs.Count + 1, $"Job {entry.Job} is posted after job {_jobs.Count}.");
        _jobs.Add(entry.Job, new JobHistory(entry));
        if (!_keyed.TryGetValue(row.Definition, out var key))
            return;
        Violation.Unless(written.Answers.Any(a => a.Id == key), $"Job {entry.Job} was posted under a key, but its answer is not kept.");
        Violation.Unless(
            written.Rows.Jobs.Values.Count(j => j.Definition == row.Definition) == 1 && !Rows.Jobs.Values.Any(j => j.Definition == row.Definition && entry.At < j.PostedAt + IdempotencyKey.Known),
            $"Job {entry.Job} was posted twice under one key.");
    }

    private void CheckAssigned(Entry entry, Job job, WrittenRows written, IReadOnlyList<object> group, Func<long, bool> isAlive)
    {
        var after = written.Rows.Nodes.GetValueOrDefault(entry.Subject) ?? throw new Violation($"Node {entry.Subject} got a job and was not written.");
        var before = Rows.Nodes.GetValueOrDefault(entry.Subject) ?? after;
        var joins = group.OfType<JoinMarket>().Where(j => j.Address == after.Address).ToList();
        var most = joins.Select(j => j.Slots).Append(before.Slots).Append(after.Slots).Max();
        Violation.Unless(_running[after.Key] <= most, $"Node {after.Key} runs {_running[after.Key]} jobs and has {most} slots.");
        Violation.Unless(isAlive(after.Key), $"Job {job.Key} was given to node {after.Key}, which has lost its lease.");
        Violation.Unless(job.WantedNode == 0 || job.WantedNode == after.Key, $"Job {job.Key} was given to node {after.Key} and is for node {job.WantedNode}.");
        Violation.Unless(job.AvoidedNode != after.Key || job.Node != after.Key, $"Job {job.Key} was given to node {after.Key} again, which never started it.");
        Violation.Unless(
            joins.Count > 0 || after.Capacity.Reaches(job.Requirements) || group.OfType<RegisterNode>().Any(r => r.Address == after.Address),
            $"Job {job.Key} was given to node {after.Key}, which cannot run it.");
        Violation.Unless(
            before.Drain is Drain.None || after.Drain is Drain.None || group.Any(c => c is ResumeNode or LeaveMarket), $"Job {job.Key} was given to node {after.Key}, which is drained.");
        if (before.Market == after.Market && joins.Count == 0)
            Violation.Unless(job.Market == after.Market, $"Job {job.Key} of market {job.Market} was given to node {after.Key} of market {after.Market}.");
    }

    private void CheckAnswers(WrittenRows written)
    {
        foreach (var answer in written.Answers)
            Violation.Unless(
                !Rows.Answers.TryGetValue(answer.Id, out var before) || answer.At >= before.At + IdempotencyKey.Known,
                $"A request was carried out twice under the key {answer.Id}.");
    }

    private void CheckRows(ChangedRows rows)
    {
        foreach (var key in _touchedAccounts)
            Violation.Unless(rows.Accounts.ContainsKey(key), $"Credits or entries of account {key} changed, and it was not written.");
        foreach (var key in _touchedNodes)
            Violation.Unless(rows.Nodes.ContainsKey(key), $"The runs of node {key} changed, and it was not written.");
        _touchedAccounts.Clear();
        _touchedNodes.Clear();

        foreach (var account in rows.Accounts.Values)
            Check(account);
        foreach (var (key, job) in rows.Jobs)
        {
            var history = _jobs.GetValueOrDefault(key) ?? throw new Violation($"Job {key} was written and never posted.");
            Violation.Unless(
                job.State == history.State && job.Epoch == history.Epoch && job.Reserved == history.Reserved && job.Settled == history.Settled
                && job.LastEntry == history.LastEntry && (job.State is not JobState.Running || job.Node == history.Node),
                $"Job {key} is not what its entries tell: {job}");
        }

        foreach (var (key, node) in rows.Nodes)
            Violation.Unless(node.Running == _running.GetValueOrDefault(key), $"Node {key} counts {node.Running} runs and has {_running.GetValueOrDefault(key)}.");
        foreach (var (key, budget) in rows.Budgets)
        {
            var held = Rows.Budgets.GetValueOrDefault(key)?.Reserved ?? Credits.Zero;
            Violation.Unless(budget.Reserved >= Credits.Zero, $"The budget of API key {key} counts {budget.Reserved} as held.");
            Violation.Unless(
                budget.Reserved <= held || Rows.Budgets.GetValueOrDefault(key)?.Caps != budget.Caps || !(budget.Reserved > budget.Caps.MaxReservedUsd),
                $"The budget of API key {key} holds {budget.Reserved}, above its cap of {budget.Caps.MaxReservedUsd}.");
        }

        foreach (var (key, apiKey) in rows.ApiKeys)
            Violation.Unless(
                apiKey is null || key > Rows.LastApiKey || Rows.ApiKeys.GetValueOrDefault(key)?.Hash == apiKey.Hash, $"The API key {key} has the number of an earlier one.");
    }

    private void Check(Account account)
    {
        Violation.Unless(
            account.Available == Balance(account.Key, Bucket.Available) && account.Reserved == Balance(account.Key, Bucket.Reserved)
            && account.Earned == Balance(account.Key, Bucket.Earned) && account.Issued == Balance(account.Key, Bucket.Issued),
            $"Account {account.Key} does not hold what its entries add up to: {account}");
        Violation.Unless(account.Available >= Credits.Zero && account.Reserved >= Credits.Zero, $"Account {account.Key} is overdrawn: {account}");
        Violation.Unless(account.LastEntry == _lastOfAccount.GetValueOrDefault(account.Key), $"The history of account {account.Key} does not end at its newest entry.");
    }

    /// <summary>The sums over all accounts and jobs.</summary>
    public void CheckAll()
    {
        foreach (var account in Rows.Accounts.Values)
        {
            Check(account);
            var jobs = _jobs.Values.Where(j => j.Account == account.Key).ToList();
            Violation.Unless(account.Reserved == Sum(jobs, j => j.Reserved), $"Account {account.Key} holds {account.Reserved} for jobs that hold {Sum(jobs, j => j.Reserved)}.");
            Violation.Unless(account.Settled == Sum(jobs, j => j.Settled), $"Account {account.Key} has paid {account.Settled} for jobs that cost {Sum(jobs, j => j.Settled)}.");
        }

        foreach (var budget in Rows.Budgets.Values)
        {
            var held = Sum(Rows.Jobs.Values.Where(j => j.Budget == budget.Key), j => j.Reserved);
            Violation.Unless(budget.Reserved == held, $"The budget of API key {budget.Key} counts {budget.Reserved} as held, and its jobs hold {held}.");
        }

        Violation.Unless(Sum(Rows.Accounts.Values, a => a.Available + a.Reserved + a.Earned + a.Issued) == Credits.Zero, "All credits do not sum to zero.");
    }

    private void Store(WrittenRows written)
    {
        foreach (var (key, row) in written.Rows.Accounts)
            Rows.Accounts[key] = row;
        foreach (var (key, row) in written.Rows.Markets)
            Rows.Markets[key] = row;
        foreach (var (key, row) in written.Rows.Nodes)
            Rows.Nodes[key] = row;
        foreach (var (key, row) in written.Rows.Jobs)
            Rows.Jobs[key] = row;
        foreach (var (key, row) in written.Rows.Budgets)
            Rows.Budgets[key] = row;
        foreach (var (key, row) in written.Rows.ApiKeys)
        {
            Rows.LastApiKey = Math.Max(Rows.LastApiKey, key);
            if (row is null)
                Rows.ApiKeys.Remove(key);
            else
                Rows.ApiKeys[key] = row;
        }

        foreach (var answer in written.Answers)
            Rows.Answers[answer.Id] = answer;
        if (written.Block is { } block)
            Rows.Blocks.Add(block);
    }

    private Credits Balance(long account, Bucket bucket) => _balances.GetValueOrDefault((account, bucket));

    private void Link(long account, EntryPlace previous, EntryPlace place)
    {
        if (account == 0)
            return;
        Violation.Unless(_lastOfAccount.GetValueOrDefault(account) == previous, $"The history of account {account} is broken at {place}.");
        _lastOfAccount[account] = place;
        _touchedAccounts.Add(account);
    }

    private void Count(long node, int change)
    {
        if (node == 0)
            return;
        _running[node] = _running.GetValueOrDefault(node) + change;
        _touchedNodes.Add(node);
    }

    private static Credits Sum<T>(IEnumerable<T> of, Func<T, Credits> amount) => of.Aggregate(Credits.Zero, (sum, one) => sum + amount(one));
}
