using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The vaults of accounts.</summary>
internal sealed class Vaults(NetworkEngine engine, NetworkSecret secret)
{
    public AccountAddress NewAddress() => secret.NewAccount();

    /// <summary>The vault that pays: 0 for the account's own balance, which is its vault unless told.</summary>
    public async ValueTask<Outcome<long>> FindAsync(string? named, long account, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(named))
            return 0L;
        if (!AccountAddress.TryParse(named, out var address) || await engine.Read.AccountAsync(address, cancellation) is not { } row || (row.Key != account && row.Owner != account))
            return NoVault(named);
        return row.Key == account ? 0L : row.Key;
    }

    public static Refusal NoVault(string text) =>
        new(ErrorCode.VaultNotFound, $"There is no vault '{PathValues.Shown(text)}' on your account. GET /api/deployments/vaults lists yours.");
}
