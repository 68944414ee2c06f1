namespace Nosnet.Server.Tests;

public sealed class NetworkSecretTests
{
    [Fact]
    public void New_accounts_have_addresses_that_official_clients_take()
    {
        using var secret = new NetworkSecret(new byte[NetworkSecret.Length]);
        // One in a thousand would be shorter.
        Enumerable.Range(0, 20_000).Min(_ => secret.NewAccount().ToString().Length).ShouldBe(43);
    }
}
