namespace Nosnet.Engine.Tests;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task The_id_of_a_deleted_key_is_never_given_to_another()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var deleted = await network.DoAsync(new CreateApiKey(account.Key, network.NewBytes(), "first", [], ExpiresIn: null));
        await network.DoAsync(new DeleteApiKey(new(account.Key), network.Engine.Addresses.ApiKey(deleted.Key)));
        network.Restart();

        var made = await network.DoAsync(new CreateApiKey(account.Key, network.NewBytes(), "second", [], ExpiresIn: null));

        made.Key.ShouldBeGreaterThan(deleted.Key);
    }
}
