namespace Nosnet.Storage.Tests;

public sealed class PostgresSecretStoreTests(PostgresCluster cluster) : SecretStoreTests
{
    private protected override async Task<OpenStores> OpenAsync() => new(PostgresStores.Open(await cluster.NewDatabaseAsync()));
}
