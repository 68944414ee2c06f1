using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Whom an Authorization header proves its sender to be.</summary>
internal sealed class Identification(KeyRing keys, NodeTokens tokens, NetworkEngine engine, TimeProvider time)
{
    /// <summary>Names the wallet that signed what the Authorization header holds.</summary>
    public const string WalletHeader = "x-user-id";

    /// <summary>
    /// What official clients have wallets sign to call the API. Any other text was signed for another purpose, and whoever it was given to,
    /// a node say, must not be able to call with it.
    /// </summary>
    private const string WalletMessage = "NosanaApiAuthentication";

    private const string Scheme = "Bearer ";

    /// <param name="header">The Authorization header.</param>
    /// <param name="wallet">The header that names a wallet; empty where there is none.</param>
    /// <param name="cancellation">Ends it.</param>
    public ValueTask<Identity> OfAsync(string header, string wallet, CancellationToken cancellation) =>
        wallet.Length > 0 && header.Length > 0 && !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? OfWalletAsync(header, wallet, cancellation)
            : OfAsync(header, cancellation);

    public async ValueTask<Identity> OfAsync(string header, CancellationToken cancellation)
    {
        if (header.Length == 0)
            return Identity.Anonymous;
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Identity.Unproven("The Authorization header is not of the form 'Bearer nos_…'.");
        var text = header[Scheme.Length..].Trim();
        if (NodeTokens.IsToken(text))
            return tokens.Node(text) is { } node ? Identity.Of(node) : Identity.Unproven("The node's token is not valid or has run out. Ask for a new one (POST /api/nodes/token).");
        if (text.Length == 0)
            return Identity.Unproven("The Authorization header holds an empty key.");
        if (!KeyText.IsWellFormed(text))
            return Identity.Unproven("What the Authorization header holds is no API key of this network; one begins with nos_.");
        return await keys.FindAsync(text, cancellation) switch
        {
            null => Identity.Unproven("The API key is not known here, or was removed."),
            var key when !key.IsValid(time.GetUtcNow()) => Identity.Unproven("The API key has expired. Make a new one (POST /api/api-keys)."),
            var key => Identity.Of(key),
        };
    }

    private async ValueTask<Identity> OfWalletAsync(string header, string wallet, CancellationToken cancellation)
    {
        if (!AccountAddress.TryParse(wallet, out var address))
            return Identity.Unproven($"The header {WalletHeader} holds no wallet's address; one is 32 bytes in base58.");
        var check = SignedMessage.Check(header, address.Value, time, WalletMessage);
        if (check is SignatureCheck.OtherMessage)
            return Identity.Unproven($"The wallet signed another message than '{WalletMessage}'.");
        if (check.Refusal() is { } refusal)
            return Identity.Unproven(refusal);
        return await engine.Read.AccountAsync(address, cancellation) is { Role: AccountRole.User } account
            ? Identity.OfWallet(account.Key)
            : Identity.Unproven($"This network has no account for the wallet {address}. Its operator opens one: POST /api/api-keys with 'newAccount' and 'account'.");
    }
}
