using Microsoft.Data.Sqlite;

namespace Nosnet.Storage.Tests;

public sealed class SqliteStoresTests : StoreTests, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<int> EarlierVersions => [.. Enumerable.Range(1, Schema.Network.Count - 1)];

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task A_store_of_an_earlier_version_keeps_its_rows_and_works(int version)
    {
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "network.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Schema.Network[0] + EarlierRows.Sql("zeroblob(32)", $"X'{new string('1', 64)}'")
                + string.Concat(Schema.Network.Take(version).Skip(1)) + $"PRAGMA user_version = {version};";
            command.ExecuteNonQuery();
        }

        using var stores = await OpenAsync();

        await EarlierRows.ShouldBeThereAndWorkAsync(stores, Cancellation);
    }

    [Fact]
    public async Task A_store_that_a_newer_version_wrote_is_refused()
    {
        (await OpenAsync()).Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "network.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        Should.Throw<StoreException>(() => SqliteStores.Open(_directory)).Message.ShouldContain("newer version");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Path.Combine(_directory, "network.db"), string.Concat(Enumerable.Repeat("this is no database. ", 100)));

        Should.Throw<StoreException>(() => SqliteStores.Open(_directory)).Message.ShouldContain("cannot be opened");
    }

    private protected override Task<OpenStores> OpenAsync() => Task.FromResult(new OpenStores(SqliteStores.Open(_directory)));
}
