using Nosnet.Engine;
using Nosnet.Protocol;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>The servers of a network in its PostgreSQL database.</summary>
public sealed class PostgresPeers : IPeers
{
    private const string Channel = "nosnet";

    /// <summary>Longer ones PostgreSQL does not take.</summary>
    private const int LongestNotice = 7_900;

    private static readonly TimeSpan SlowPoll = TimeSpan.FromSeconds(5);

    /// <summary>Until then the others know of this server, and tell it of what they commit.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly PostgresDatabase _database;
    private readonly PostgresReader _reader;
    private readonly Lock _lock = new();
    private int _heard;
    private volatile bool _hasOthers;

    internal PostgresPeers(PostgresDatabase database)
    {
        _database = database;
        _reader = new PostgresReader(database);
    }

    public string Self { get; } = Guid.NewGuid().ToString("N");

    public async ValueTask<IReadOnlyList<PeerBeat>> BeatAsync(string url, CancellationToken cancellation)
    {
        var heardBefore = Volatile.Read(ref _heard);
        // Only the database's clock counts: those of the servers may differ.
        var others = await _reader.AllAsync(
            """
            WITH gone AS (DELETE FROM server WHERE seen_at < now() - interval '60 seconds' AND id <> $1),
                 own AS (INSERT INTO server (id, url, seen_at) VALUES ($1, $2, now()) ON CONFLICT (id) DO UPDATE SET url = excluded.url, seen_at = excluded.seen_at)
            SELECT url, (extract(epoch FROM seen_at) * 1000)::bigint FROM server WHERE id <> $1 AND seen_at >= now() - interval '60 seconds'
            """, static row => new PeerBeat(row.Text(), DateTimeOffset.FromUnixTimeMilliseconds(row.Long())), cancellation, Self, url).ConfigureAwait(false);
        // One that was heard of meanwhile may have come after this was read.
        lock (_lock)
            _hasOthers = others.Count > 0 || _heard != heardBefore;
        return others;
    }

    public async ValueTask LeaveAsync(CancellationToken cancellation) =>
        await _reader.WriteAsync(
            [
                new NpgsqlBatchCommand("DELETE FROM tunnel WHERE server = $1") { Parameters = { new NpgsqlParameter<string> { TypedValue = Self } } },
                new NpgsqlBatchCommand("DELETE FROM server WHERE id = $1") { Parameters = { new NpgsqlParameter<string> { TypedValue = Self } } },
            ], cancellation).ConfigureAwait(false);

    public ValueTask<Peer?> WriterAsync(CancellationToken cancellation) => _reader.OneAsync(
        "SELECT server.id, server.url FROM writer JOIN server ON server.id = writer.server WHERE NOT writer.ended ORDER BY writer.epoch DESC LIMIT 1", Peer, cancellation);

    public async ValueTask<bool> IsWriterGoneAsync(CancellationToken cancellation) => (await _reader.AllAsync(
        """
        SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = 'writer'::regclass::oid
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """, static row => row.Long(), cancellation).ConfigureAwait(false)).Single() == 0;

    public ValueTask<Peer?> HolderAsync(NodeAddress node, CancellationToken cancellation) => _reader.OneAsync(
        "SELECT server.id, server.url FROM tunnel JOIN server ON server.id = tunnel.server WHERE tunnel.node = $1", Peer, cancellation, node.Value.ToArray());

    public async ValueTask HoldAsync(NodeAddress node, CancellationToken cancellation) => await _reader.WriteAsync(
        [
            new NpgsqlBatchCommand("INSERT INTO tunnel (node, server) VALUES ($1, $2) ON CONFLICT (node) DO UPDATE SET server = excluded.server")
            {
                Parameters = { new NpgsqlParameter<byte[]> { TypedValue = node.Value.ToArray() }, new NpgsqlParameter<string> { TypedValue = Self } },
            },
        ], cancellation).ConfigureAwait(false);

    public async ValueTask KeepAsync(IReadOnlyCollection<NodeAddress> nodes, CancellationToken cancellation)
    {
        if (nodes.Count == 0)
            return;
        await _reader.WriteAsync(
            [
                new NpgsqlBatchCommand(
                    """
                    INSERT INTO tunnel (node, server) SELECT node, $2 FROM unnest($1) AS node
                    ON CONFLICT (node) DO UPDATE SET server = excluded.server WHERE tunnel.server NOT IN (SELECT id FROM server)
                    """)
                {
                    Parameters = { new NpgsqlParameter<byte[][]> { TypedValue = [.. nodes.Select(n => n.Value.ToArray())] }, new NpgsqlParameter<string> { TypedValue = Self } },
                },
            ], cancellation).ConfigureAwait(false);
    }

    public async ValueTask LetGoAsync(NodeAddress node, CancellationToken cancellation) => await _reader.WriteAsync(
        [
            new NpgsqlBatchCommand("DELETE FROM tunnel WHERE node = $1 AND server = $2")
            {
                Parameters = { new NpgsqlParameter<byte[]> { TypedValue = node.Value.ToArray() }, new NpgsqlParameter<string> { TypedValue = Self } },
            },
        ], cancellation).ConfigureAwait(false);

    public async Task ListenAsync(Action<Committed?> heard, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var connection = await _database.ConnectAsync(cancellation).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    connection.Notification += (_, notice) => Hear(notice.Payload, heard);
                    var listen = new NpgsqlCommand($"LISTEN {Channel}; SELECT pg_notify('{Channel}', '{Self};hello')", connection);
                    await using (listen.ConfigureAwait(false))
                        await listen.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
                    for (var poll = FirstPoll; ; poll = SlowPoll)
                    {
                        // What came before the first notice, and what none told of.
                        heard(null);
                        var start = TimeProvider.System.GetTimestamp();
                        while (poll - TimeProvider.System.GetElapsedTime(start) is { Ticks: > TimeSpan.TicksPerMillisecond } rest)
                            await connection.WaitAsync(rest, cancellation).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception failure) when (PostgresDatabase.IsOutage(failure) && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The statement that tells the other servers of a group's changes once it is committed; null where there are none.</summary>
    internal NpgsqlBatchCommand? Notice(Committed changes)
    {
        if (!_hasOthers)
            return null;
        var text = $"{Self};{string.Join(',', changes.Jobs)};{string.Join(',', changes.ToldNodes)};{(changes.ApiKeysChanged ? "k" : "")};{string.Join(',', changes.Deployments)};{string.Join(',', changes.Accounts)}";
        return new NpgsqlBatchCommand($"SELECT pg_notify('{Channel}', $1)")
        {
            // Too much to tell in one notice: then everything may have changed.
            Parameters = { new NpgsqlParameter<string> { TypedValue = text.Length <= LongestNotice ? text : Self } },
        };
    }

    private void Hear(string notice, Action<Committed?> heard)
    {
        var parts = notice.Split(';');
        if (parts[0] == Self)
            return;
        lock (_lock)
        {
            _heard++;
            _hasOthers = true;
        }

        if (parts is [_, "hello"])
            return;
        heard(parts is [_, var jobs, var nodes, var keys, var deployments, var accounts] ? new Committed(Keys(jobs), Keys(nodes), keys.Length > 0) { Deployments = Keys(deployments), Accounts = Keys(accounts) } : null);
    }

    private static long[] Keys(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(k => long.Parse(k, System.Globalization.CultureInfo.InvariantCulture))];

    private static Peer Peer(PostgresRow row) => new(row.Text(), row.Text());
}
