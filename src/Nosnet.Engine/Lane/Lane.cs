using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Signs the hash of a block with the network's key.</summary>
public delegate byte[] BlockSigner(Bytes32 hash);

/// <summary>What one group commit changed, for those who wait for changes.</summary>
public sealed record Committed(IReadOnlyCollection<long> Jobs, IReadOnlyCollection<long> ToldNodes, bool ApiKeysChanged);

/// <summary>
/// The unit of durability: one thread that takes the commands that wait, decides them in order against rows in memory, writes what
/// changed in one transaction, and answers only when that is on disk.
/// </summary>
internal sealed partial class Lane : IDisposable
{
    private const int MostWaiting = 16_384;
    private const int MostInGroup = 512;

    private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ILaneStore _store;
    private readonly LaneRows _rows;
    private readonly TimeProvider _time;
    private readonly BlockSigner _sign;
    private readonly Action<Committed> _committed;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private DateTimeOffset _now;

    public Lane(ILaneStore store, AddressBook addresses, TimeProvider time, BlockSigner sign, Action<Committed> committed, ILogger logger)
    {
        _store = store;
        _time = time;
        _sign = sign;
        _committed = committed;
        _logger = logger;
        _rows = new LaneRows(store, addresses, time.GetUtcNow());
        _rows.Load();
        _thread = new Thread(Run) { Name = "lane", IsBackground = true };
        _thread.Start();
    }

    public LastSeenBook Seen => _rows.Seen;

    public async Task<Outcome<T>> ExecuteAsync<T>(Command<T> command, CancellationToken cancellation)
    {
        var pending = new Pending<T>(command);
        await _waiting.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
        // Once it is in the lane it will be carried out, so whoever stops waiting does not learn the outcome but changes nothing.
        return await pending.Answered.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread.Join();
        _store.Dispose();
    }

    private void Run()
    {
        var group = new List<Pending>(MostInGroup);
        while (WaitForWork())
        {
            while (group.Count < MostInGroup && _waiting.Reader.TryRead(out var pending))
                group.Add(pending);
            Carry(group);
            group.Clear();
        }
    }

    private bool WaitForWork()
    {
        // This thread is the lane's own and has nothing else to do, so it may block.
        var waiting = _waiting.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    private void Carry(List<Pending> group)
    {
        // Time never runs backwards for the engine, whatever the machine's clock does.
        var now = _time.GetUtcNow();
        _now = now > _now ? now : _now;

        if (!TryLoad(group))
            return;

        var decided = new List<Pending>(group.Count);
        var told = new HashSet<long>();
        var jobs = new HashSet<long>();
        var apiKeysChanged = false;
        try
        {
            foreach (var pending in group)
            {
                if (!TryDecide(pending, out var draft))
                    continue;
                decided.Add(pending);
                if (draft is null)
                    continue;
                _rows.Accept(draft);
                told.UnionWith(draft.Told);
                jobs.UnionWith(draft.Changed.Jobs.Keys);
                apiKeysChanged |= draft.Changed.ApiKeys.Count > 0;
            }

            _rows.Commit(_now, _sign);
        }
        catch (Exception failure)
        {
            Recover([.. group.Where(p => !p.IsAnswered)], failure);
            return;
        }

        foreach (var pending in decided)
            pending.Answer();
        if (jobs.Count > 0 || told.Count > 0 || apiKeysChanged)
            _committed(new Committed(jobs, told, apiKeysChanged));
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
            group.ForEach(p => p.Fail(failure));
            return false;
        }
    }

    /// <summary>
    /// A decision that throws is a bug of that command alone: nothing of it was accepted, so the group goes on without it. Where a
    /// transaction is open it is not known whether the store ended it, so there the whole group begins again.
    /// </summary>
    private bool TryDecide(Pending pending, out Draft? draft)
    {
        try
        {
            draft = pending.Decide(_rows, _now);
            return true;
        }
        catch (Exception failure) when (!_rows.IsBegun)
        {
            draft = null;
            LogDecisionFailed(failure);
            pending.Fail(failure);
            return false;
        }
    }

    /// <summary>The transaction failed: nothing of it is on disk. Each command is tried again alone, so that one cannot fail the others.</summary>
    private void Recover(List<Pending> unanswered, Exception failure)
    {
        LogTransactionFailed(failure, unanswered.Count);
        try
        {
            _rows.Load();
        }
        catch (Exception loading)
        {
            LogNotLoaded(loading, unanswered.Count);
            unanswered.ForEach(p => p.Fail(failure));
            return;
        }

        if (unanswered.Count == 1)
        {
            unanswered[0].Fail(failure);
            return;
        }

        foreach (var pending in unanswered)
            Carry([pending]);
    }

    [LoggerMessage(1, LogLevel.Error, "A command failed to decide; it changed nothing.")]
    private partial void LogDecisionFailed(Exception failure);

    [LoggerMessage(2, LogLevel.Error, "A transaction of {Commands} commands failed and was rolled back.")]
    private partial void LogTransactionFailed(Exception failure, int commands);

    [LoggerMessage(3, LogLevel.Error, "The rows could not be read after a failure, so {Commands} commands fail; they are read again before the next.")]
    private partial void LogNotLoaded(Exception failure, int commands);
}
