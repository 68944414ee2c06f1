using Nosnet.Engine;
using Npgsql;

namespace Nosnet.Storage.Tests;

public sealed class PostgresStoresTests(PostgresCluster cluster) : StoreTests
{
    private string? _connection;

    public static TheoryData<int> EarlierVersions => [.. Enumerable.Range(1, PostgresSchema.Migrations.Count - 1)];

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task A_database_of_an_earlier_version_keeps_its_rows_and_works(int version)
    {
        _connection = await cluster.NewDatabaseAsync();
        await ExecuteAsync(PostgresSchema.Migrations[0] + EarlierRows.Sql("decode(repeat('00', 32), 'hex')", "decode(repeat('11', 32), 'hex')")
            + string.Concat(PostgresSchema.Migrations.Take(version).Skip(1)) + $"CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES ({version});");

        using var stores = await OpenAsync();

        await EarlierRows.ShouldBeThereAndWorkAsync(stores, Cancellation);
    }

    [Fact]
    public async Task A_database_that_a_newer_version_wrote_is_refused()
    {
        (await OpenAsync()).Dispose();
        await ExecuteAsync("UPDATE schema_version SET version = 1000");

        Should.Throw<StoreException>(() => PostgresStores.Open(_connection!)).Message.ShouldContain("newer version");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=/tmp")]
    [InlineData("Hots=/tmp;Database=x")]
    [InlineData("Host=/nowhere;Database=x")]
    public void A_text_that_names_no_database_is_refused(string text) =>
        Should.Throw<StoreException>(() => PostgresStores.Open(text)).Message.ShouldMatch("connection string|cannot be opened");

    [Fact]
    public async Task A_database_that_is_not_there_is_refused_with_its_reason()
    {
        _ = await OpenAsync();

        Should.Throw<StoreException>(() => PostgresStores.Open(_connection!.Replace("Database=", "Database=no_", StringComparison.Ordinal)))
            .Message.ShouldContain("does not exist");
    }

    [Fact]
    public async Task One_server_writes_at_a_time()
    {
        using var first = await OpenAsync();
        using var second = PostgresStores.Open(_connection!);

        second.TryOpenLane().ShouldBeNull();
        first.Lane.Dispose();
        using var lane = second.TryOpenLane();

        lane.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_writer_that_another_has_succeeded_writes_nothing_any_more()
    {
        using var stores = await OpenAsync();
        await ExecuteAsync("UPDATE writer SET ended = true");

        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1)));
        Should.Throw<StoreUnavailableException>(stores.Lane.Commit);
        stores.Lane.Rollback();

        Should.Throw<WriterEndedException>(stores.Lane.ReadHead);
        stores.Lane.IsLastCommitDurable.ShouldBe(false);
        (await stores.Read.JobAsync(1, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_read_finds_its_way_over_a_connection_that_was_cut()
    {
        using var stores = await OpenAsync();
        stores.Write(rows => rows.Jobs[1] = NewJob(1));
        await CutAsync();

        stores.Lane.ReadJob(1).ShouldNotBeNull();
        stores.Write(rows => rows.Jobs[2] = NewJob(2));
        (await stores.Read.JobAsync(2, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_commit_on_a_connection_that_was_cut_is_known_not_to_have_happened_and_may_be_repeated()
    {
        using var stores = await OpenAsync();
        stores.Write(rows => rows.Jobs[1] = NewJob(1));
        await CutAsync();

        Should.Throw<StoreUnavailableException>(() => stores.Write(rows => rows.Jobs[2] = NewJob(2)));
        stores.Lane.IsLastCommitDurable.ShouldBeNull();
        stores.Lane.Rollback();
        stores.Lane.ReadHead().Job.ShouldBe(1);
        stores.Lane.IsLastCommitDurable.ShouldBe(false);

        stores.Write(rows => rows.Jobs[2] = NewJob(2));
        stores.Lane.ReadHead().Job.ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_known_to_have_happened()
    {
        var connection = await cluster.NewDatabaseAsync();
        using var relay = new Relay(new NpgsqlConnectionStringBuilder(connection).Host!);
        using var stores = new OpenStores(PostgresStores.Open(connection + ";Host=" + relay.Directory));
        stores.Write(rows => rows.Jobs[1] = NewJob(1));
        relay.SwallowNextAnswer();

        Should.Throw<StoreUnavailableException>(() => stores.Write(rows => rows.Jobs[2] = NewJob(2)));
        stores.Lane.Rollback();

        stores.Lane.ReadHead().Job.ShouldBe(2);
        stores.Lane.IsLastCommitDurable.ShouldBe(true);
        stores.Write(rows => rows.Jobs[3] = NewJob(3));
    }

    private protected override async Task<OpenStores> OpenAsync() => new(PostgresStores.Open(_connection ??= await cluster.NewDatabaseAsync()));

    /// <summary>Ends every connection to the test's database.</summary>
    private Task CutAsync() => ExecuteAsync("SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_connection + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
