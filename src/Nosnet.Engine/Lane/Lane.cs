using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Signs the hash of a block with the network's key.</summary>
public delegate byte[] BlockSigner(Bytes32 hash);

/// <summary>What one group commit changed, for those who wait for changes.</summary>
public sealed record Committed(IReadOnlyCollection<long> Jobs, IReadOnlyCollection<long> ToldNodes, bool ApiKeysChanged)
{
    /// <summary>Accounts that have new entries or other amounts.</summary>
    public IReadOnlyCollection<long> Accounts { get; init; } = [];

    /// <summary>The jobs' new rows; null where the commit is another server's, which tells of the keys alone.</summary>
    public IReadOnlyCollection<Job>? JobRows { get; init; }

    /// <summary>The deployments of which anything changed, be it one of their jobs.</summary>
    public IReadOnlyCollection<long> Deployments { get; init; } = [];

    public bool IsEmpty => Jobs.Count == 0 && ToldNodes.Count == 0 && Accounts.Count == 0 && Deployments.Count == 0 && !ApiKeysChanged;
}

/// <summary>
/// The unit of durability: one thread that takes the commands that wait, decides them in order against rows in memory, writes what
/// changed in one transaction, and answers only when that is on disk. While it rests, a heartbeat's own thread does that.
/// </summary>
internal sealed partial class Lane : IDisposable
{
    private const int MostWaiting = 16_384;
    private const int MostInGroup = 512;
    private const int MostAttempts = 3;

    // Whoever puts the first command into an idle lane wakes its thread himself, without a worker of the pool in between.
    private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

    // An idle lane does not spin: on few processors that is time of those who have work.
    private readonly ManualResetEventSlim _woken = new(initialState: false, spinCount: 0);

    // Held by whoever carries a group out, which is nearly always the lane's own thread.
    private readonly Lock _carrying = new();
    private readonly ILaneStore _store;
    private readonly LaneRows _rows;
    private readonly Draft _draft;
    private readonly LaneClock _clock;
    private readonly BlockSigner _sign;
    private readonly Action<Committed> _committed;
    private readonly ILogger _logger;
    private Thread? _thread;
    private DateTimeOffset _now;

    /// <summary>What the clock leapt over and the rows on disk do not know of yet.</summary>
    private TimeSpan _skipped;

    private volatile bool _isEnded;
    private bool _isDisposed;

    public Lane(ILaneStore store, AddressBook addresses, TimeProvider time, BlockSigner sign, Action<Committed> committed, ILogger logger)
    {
        _store = store;
        _clock = new LaneClock(time, store.ReadHead().BlockAt);
        _sign = sign;
        _committed = committed;
        _logger = logger;
        _now = _clock.Now(out _);
        _rows = new LaneRows(store, addresses, _now);
        _rows.Load();
        _draft = new Draft(_rows);
    }

    public LastSeenBook Seen => _rows.Seen;

    /// <summary>The nodes as they were committed last.</summary>
    public NodeBook Nodes => _rows.CommittedNodes;

    /// <summary>The time of the last group.</summary>
    public DateTimeOffset Now => _now;

    /// <summary>Whether another server has taken over: nothing is carried out here any more.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>Begins to carry out what comes, on a thread of its own. A simulation does not, and carries each group out itself.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { Name = "lane", IsBackground = true };
        _thread.Start();
    }

    public Task<Outcome<T>> ExecuteAsync<T>(Command<T> command, CancellationToken cancellation)
    {
        var pending = new PendingCommand<T>(command);
        return command.IsBrief && TryCarryHere(pending) ? pending.Answered : ExecuteAsync(pending, cancellation);
    }

    public Task<Outcome<Said>> ExecuteAsync<T>(OnceEach<T> batch, CancellationToken cancellation) =>
        ExecuteAsync(new PendingBatch<T>(batch), cancellation);

    /// <summary>Once it is in the lane it is carried out and soon answered, so nobody stops waiting for what has become of it.</summary>
    private Task<Outcome<T>> ExecuteAsync<T>(Pending<T> pending, CancellationToken cancellation) =>
        _waiting.Writer.TryWrite(pending) ? pending.Answered : WaitForPlaceAsync(pending, cancellation);

    private async Task<Outcome<T>> WaitForPlaceAsync<T>(Pending<T> pending, CancellationToken cancellation)
    {
        try
        {
            await _waiting.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The server is stopping. Try again in a moment.", closed);
        }

        return await pending.Answered.ConfigureAwait(false);
    }

    /// <summary>Carries a command out on the caller's thread where the lane rests: that saves waking its thread, and the caller's for the answer.</summary>
    private bool TryCarryHere(Pending pending)
    {
        if (_thread is null || _waiting.Reader.Count > 0 || !_carrying.TryEnter())
            return false;
        try
        {
            if (!_isDisposed)
                Carry([pending]);
            return !_isDisposed;
        }
        finally
        {
            _carrying.Exit();
        }
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread?.Join();
        lock (_carrying)
            _isDisposed = true;
        _woken.Dispose();
        _store.Dispose();
    }

    private void Run()
    {
        var group = new List<Pending>(MostInGroup);
        while (WaitForWork())
        {
            for (var commands = 0; commands < MostInGroup && _waiting.Reader.TryRead(out var pending); commands += pending.Commands)
                group.Add(pending);
            lock (_carrying)
                Carry(group);
            group.Clear();
        }
    }

    private bool WaitForWork()
    {
        // This thread is the lane's own and has nothing else to do, so it may block.
#pragma warning disable CA2012 // Where its result is read it has completed: that is what woke this thread.
        var waiting = _waiting.Reader.WaitToReadAsync();
#pragma warning restore CA2012
        if (!waiting.IsCompleted)
        {
            _woken.Reset();
            waiting.GetAwaiter().UnsafeOnCompleted(_woken.Set);
            _woken.Wait();
        }

        return waiting.Result;
    }

    /// <summary>Carries a group out: when this returns, each of it is answered or has failed.</summary>
    internal void Carry(List<Pending> group, int attempt = 1)
    {
        ReadClock();
        Verify();
        if (!TryLoad(group))
            return;

        var decided = new List<Pending>(group.Count);
        var told = new HashSet<long>();
        var jobs = new Dictionary<long, Job>();
        var accounts = new HashSet<long>();
        var deployments = new HashSet<long>();
        var apiKeysChanged = false;
        var accepted = 0;
        var changes = new Committed([], [], false);
        try
        {
            if (_skipped > TimeSpan.Zero)
                _rows.Skip(_skipped);
            _rows.Know(group.Select(static p => p.WholeDeployment).Where(static key => key != 0).ToHashSet());
            foreach (var pending in group)
                if (TryDecide(pending, Accept, ref accepted))
                    decided.Add(pending);
            _rows.Commit(_now, _sign, changes = new Committed(jobs.Keys, told, apiKeysChanged) { JobRows = jobs.Values, Accounts = accounts, Deployments = deployments });
        }
        catch (Exception failure)
        {
            if (!TryRecover([.. group.Where(p => !p.IsAnswered)], failure, attempt))
                return;
        }

        _skipped = TimeSpan.Zero;
        foreach (var pending in decided)
            pending.Answer();
        if (!changes.IsEmpty)
            _committed(changes);

        void Accept(Draft draft)
        {
            accepted++;
            _rows.Accept(draft);
            told.UnionWith(draft.Told);
            foreach (var (key, job) in draft.Changed.Jobs)
            {
                jobs[key] = job;
                if (job.Deployment != 0)
                    deployments.Add(job.Deployment);
            }

            accounts.UnionWith(draft.Changed.Accounts.Keys);
            if (draft.TouchesDeployments)
                deployments.UnionWith(draft.TouchedDeployments);
            apiKeysChanged |= draft.Changed.ApiKeys.Count > 0;
        }
    }

    private void ReadClock()
    {
        _now = _clock.Now(out var skipped);
        if (skipped == TimeSpan.Zero)
            return;
        LogSkipped(skipped);
        _rows.Seen.Skip(skipped);
        _skipped += skipped;
    }

    /// <summary>Where the store no longer vouches for the rows, they are loaded anew.</summary>
    private void Verify()
    {
        if (!_rows.IsLoaded)
            return;
        try
        {
            _rows.Verify(_now);
        }
        catch (Exception failure)
        {
            LogNotVerified(failure);
        }
    }

    /// <summary>After a failure the rows may not have been readable: then nothing can be decided until they are.</summary>
    private bool TryLoad(List<Pending> group)
    {
        if (_rows.IsLoaded)
            return true;
        try
        {
            _rows.Load();
            return true;
        }
        catch (Exception failure)
        {
            LogNotLoaded(failure, group.Count);
            _isEnded |= failure is WriterEndedException;
            group.ForEach(p => p.Fail(failure));
            return false;
        }
    }

    /// <summary>
    /// A decision that throws is a bug of that command alone: nothing of it was accepted, so the group goes on without it. Where part of a
    /// batch was accepted, or a transaction is open of which it is not known whether the store ended it, the whole group begins again.
    /// </summary>
    private bool TryDecide(Pending pending, Action<Draft> accept, ref int accepted)
    {
        var before = accepted;
        try
        {
            pending.Decide(_draft, _now, accept);
            return true;
        }
        catch (Exception failure) when (!_rows.IsBegun && accepted == before)
        {
            LogDecisionFailed(failure);
            pending.Fail(failure);
            return false;
        }
    }

    /// <summary>
    /// The transaction failed. Where its commit is on disk all the same, because only the answer was lost, this returns true and the
    /// group is answered as decided. Where it is not, the commands are carried out again: together where the store was away, and
    /// else each alone, so that one cannot fail the others. Where that is not known, nothing is tried again.
    /// </summary>
    private bool TryRecover(List<Pending> unanswered, Exception failure, int attempt)
    {
        // What failed before its commit is not on disk, whatever became of a commit before.
        var wasCommitting = _rows.IsCommitting;
        LogTransactionFailed(failure, unanswered.Count);
        try
        {
            _rows.Load();
        }
        catch (Exception loading)
        {
            LogNotLoaded(loading, unanswered.Count);
            _isEnded |= loading is WriterEndedException;
        }

        switch (wasCommitting ? _store.IsLastCommitDurable : false)
        {
            case true:
                return true;
            case null:
                unanswered.ForEach(p => p.Fail(new StoreUnavailableException(
                    "The database went away while this was written, and whether it was is not known. Look before you repeat it.", failure)));
                return false;
        }

        var isAway = failure is StoreUnavailableException;
        if (!_rows.IsLoaded || isAway && attempt == MostAttempts || !isAway && unanswered.Count == 1)
        {
            unanswered.ForEach(p => p.Fail(failure));
            return false;
        }

        if (isAway)
        {
            Carry(unanswered, attempt + 1);
            return false;
        }

        foreach (var pending in unanswered)
            Carry([pending]);
        return false;
    }

    [LoggerMessage(1, LogLevel.Error, "A command failed to decide; it changed nothing.")]
    private partial void LogDecisionFailed(Exception failure);

    [LoggerMessage(2, LogLevel.Error, "A transaction of {Commands} commands failed and was rolled back.")]
    private partial void LogTransactionFailed(Exception failure, int commands);

    [LoggerMessage(5, LogLevel.Warning, "The machine's clock was set forward by {Skipped}, or the machine slept: no lease runs out for it, and no job pays for it.")]
    private partial void LogSkipped(TimeSpan skipped);

    [LoggerMessage(4, LogLevel.Warning, "The store was away or belongs to another server now.")]
    private partial void LogNotVerified(Exception failure);

    [LoggerMessage(3, LogLevel.Error, "The rows could not be read after a failure, so {Commands} commands fail; they are read again before the next.")]
    private partial void LogNotLoaded(Exception failure, int commands);
}
