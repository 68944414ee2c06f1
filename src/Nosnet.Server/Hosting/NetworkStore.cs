using Nosnet.Engine;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>Where the network's rows are and which secret belongs to them: neither is made where the other is there already.</summary>
internal static class NetworkStore
{
    /// <summary>The network's secret.</summary>
    /// <exception cref="ServerSetupException">It is lost, damaged, or that of another network.</exception>
    public static NetworkSecret ReadSecret(ServerOptions options, DataDirectory directory, Func<INetworkStores> stores)
    {
        if (options.Store is null)
            return options.Secret is { } text ? Parse(text) : directory.ReadSecret(isFounded: directory.HasStore);

        var network = stores().Read.AccountAsync(NetworkAccount.Key, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (network is not null && options.Secret is null && !directory.HasSecret)
            throw new ServerSetupException(
                $"The database holds a network whose secret is not here. Every server of a network has the same: copy network.key from the data directory of another server to {directory.Path}, or give it in {ServerOptions.SecretVariable}.");
        var secret = options.Secret is { } given ? Parse(given) : directory.ReadSecret(isFounded: network is not null);
        if (network is null || network.Address == secret.NetworkAccount)
            return secret;
        secret.Dispose();
        throw new ServerSetupException(
            $"The secret of this server is not the one of the network in the database. Every server of a network has the same: copy network.key from the data directory of another server to {directory.Path}, or give it in {ServerOptions.SecretVariable}.");
    }

    private static NetworkSecret Parse(string text)
    {
        try
        {
            return new NetworkSecret(Convert.FromHexString(text.Trim()));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            throw new ServerSetupException($"{ServerOptions.SecretVariable} is the network's secret as {2 * NetworkSecret.Length} hexadecimal digits (xxd -p -c 64 network.key).");
        }
    }
}
