using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The reading half of the SQLite store. Reads are short and local, so they complete before they return.</summary>
public sealed class SqliteReadStore : IReadStore
{
    private const int MostJobsWalked = 10_000;

    private readonly SqliteReaders _readers;

    internal SqliteReadStore(SqliteDatabase database) => _readers = new SqliteReaders(database);

    public ValueTask<Account?> AccountAsync(long key, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE key = ?"].Bind(key).ReadOne(Rows.Account));

    public ValueTask<Account?> AccountAsync(AccountAddress address, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE address = ?"].Bind(address.Value).ReadOne(Rows.Account));

    public ValueTask<ApiKey?> ApiKeyAsync(Bytes32 hash, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE hash = ?"].Bind(hash).ReadOne(Rows.ApiKey));

    public ValueTask<IReadOnlyList<ApiKey>> ApiKeysAsync(long account, CancellationToken cancellation) =>
        Read<IReadOnlyList<ApiKey>>(r => r[$"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE account = ? ORDER BY key"].Bind(account).ReadAll(Rows.ApiKey));

    public ValueTask<IReadOnlyList<Market>> MarketsAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<Market>>(r => r[$"SELECT {Rows.MarketColumns} FROM market ORDER BY key"].ReadAll(Rows.Market));

    public ValueTask<MarketLoad> MarketLoadAsync(long market, CancellationToken cancellation) => Read(r => new MarketLoad(
        Count(r["SELECT COUNT(*) FROM job WHERE state = 0 AND market = ?"].Bind(market)),
        Count(r["SELECT COUNT(*) FROM job WHERE state = 1 AND market = ?"].Bind(market))));

    public ValueTask<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<Node>>(r => r[$"SELECT {Rows.NodeColumns} FROM node ORDER BY key"].ReadAll(Rows.Node));

    public ValueTask<Job?> JobAsync(long key, CancellationToken cancellation) => Read(r => Job(r, key));

    public ValueTask<JobWalk> JobsAsync(long account, long before, int limit, Func<Job, bool> filter, CancellationToken cancellation) => Read(r =>
    {
        var found = new List<Job>();
        var next = before != 0
            ? Job(r, before) is { } job && job.Account == account ? job.PreviousOfAccount : 0
            : r["SELECT last_job FROM account WHERE key = ?"].Bind(account).ReadNumber() ?? 0;
        var walked = 0;
        var reached = 0L;
        while (next != 0 && found.Count < limit && walked++ < MostJobsWalked)
        {
            var row = Job(r, next)!;
            if (filter(row))
                found.Add(row);
            reached = row.Key;
            next = row.PreviousOfAccount;
        }

        return new JobWalk(found, next == 0 ? null : reached);
    });

    public ValueTask<IReadOnlyList<Job>> RunningJobsAsync(long node, CancellationToken cancellation) =>
        Read<IReadOnlyList<Job>>(r => r[$"SELECT {Rows.JobColumns} FROM job WHERE state = 1 AND node = ? ORDER BY key"].Bind(node).ReadAll(Rows.Job));

    public ValueTask<int> QueuePositionAsync(Job job, CancellationToken cancellation) =>
        Read(r => Count(r["SELECT COUNT(*) FROM job WHERE state = 0 AND market = ? AND key <= ?"].Bind(job.Market).Bind(job.Key)));

    public ValueTask<byte[]?> EntryAsync(EntryPlace place, CancellationToken cancellation) =>
        Read(r => r["SELECT entries FROM block WHERE height = ?"].Bind(place.Height).ReadOne(static row => row.Blob()) is { } entries
            ? Block.Unpack(entries, place.Index).ToArray()
            : null);

    public void Dispose() => _readers.Dispose();

    private static Job? Job(SqliteReader reader, long key) => reader[$"SELECT {Rows.JobColumns} FROM job WHERE key = ?"].Bind(key).ReadOne(Rows.Job);

    private static int Count(Statement statement) => (int)(statement.ReadNumber() ?? 0);

    private ValueTask<T> Read<T>(Func<SqliteReader, T> read) => ValueTask.FromResult(_readers.Read(read));
}
