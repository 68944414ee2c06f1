using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nosnet.Storage;

/// <summary>
/// Moves what the write-ahead log holds into the database. SQLite would do all of it within the commit that makes the log too long, and every command
/// behind that one would wait: the longer, the more pages there are to write. Here a thread moves the most of it, and the lane only what was written
/// meanwhile, for the log begins anew only when there was a moment in which nothing was left in it.
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    // In pages.
    private const int BeginAt = 3_000;
    private const int EndAt = 30_000;

    private readonly SqliteConnection _lane;
    private readonly SqliteConnection _own;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Thread _thread;
    private readonly int _beginAt;
    private readonly int _endAt;
    private int _pages;
    private bool _isAsked;
    private volatile bool _isMoved;
    private volatile bool _isEnding;

    /// <param name="database">The database.</param>
    /// <param name="lane">The connection that commits; SQLite's own checkpoints are switched off on it.</param>
    /// <param name="beginAt">After how many pages the thread begins.</param>
    /// <param name="endAt">After how many the lane does all of it itself, so that the log ends somewhere.</param>
    public SqliteCheckpoints(SqliteDatabase database, SqliteConnection lane, int beginAt = BeginAt, int endAt = EndAt)
    {
        (_lane, _beginAt, _endAt) = (lane, beginAt, endAt);
        SqliteDatabase.Execute(lane, "PRAGMA wal_autocheckpoint = 0");
        _own = database.OpenBeside();
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
        _thread.Start();
    }

    /// <summary>To be called after each commit, on the thread that commits.</summary>
    public void AfterCommit()
    {
        raw.sqlite3_db_status(_lane.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, 1);
        _pages += written;
        if (_isMoved || _pages >= _endAt)
        {
            // While the thread is still at it this one moves nothing, and does so after the next commit.
            if (Move(_lane))
                (_pages, _isAsked, _isMoved) = (0, false, false);
        }
        else if (_pages >= _beginAt && !_isAsked)
        {
            _isAsked = true;
            _wanted.Release();
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        _wanted.Release();
        _thread.Join();
        _wanted.Dispose();
        _own.Dispose();
    }

    /// <summary>
    /// What it cannot move now, because it is read or the disk is full, the next one does: the log holds it until then. False where another is moving.
    /// </summary>
    private static bool Move(SqliteConnection connection) =>
        raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _) != raw.SQLITE_BUSY;

    private void Run()
    {
        while (true)
        {
            _wanted.Wait();
            if (_isEnding)
                return;
            Move(_own);
            _isMoved = true;
        }
    }
}
