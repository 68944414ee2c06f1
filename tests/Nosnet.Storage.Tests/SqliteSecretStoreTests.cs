namespace Nosnet.Storage.Tests;

public sealed class SqliteSecretStoreTests : SecretStoreTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override Task<OpenStores> OpenAsync() => Task.FromResult(new OpenStores(SqliteStores.Open(_directory)));
}
