using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>The audit of a network's store, with no server: its whole chain, and its balances against it.</summary>
public static class StoreAudit
{
    /// <summary>Audits the store of a data directory as it stands now.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="network">The network's key, where it is known; the one that the store names otherwise.</param>
    /// <param name="cancellation">Leaves off.</param>
    /// <exception cref="ServerSetupException">There is no store, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">Something is not right; the message is a sentence that names the block or the account.</exception>
    public static ChainAudit Run(string directory, AccountAddress? network, CancellationToken cancellation)
    {
        try
        {
            using var store = SqliteSnapshot.Open(directory);
            var key = network ?? store.Account(NetworkAccount.Key)?.Address ?? throw new InvalidDataException($"The store in {directory} holds no network.");
            var audit = new ChainAudit(key);
            foreach (var block in store.Blocks())
            {
                cancellation.ThrowIfCancellationRequested();
                if (!audit.Add(block, out var fault))
                    throw new InvalidDataException(fault);
            }

            return BalanceAudit.Fault(audit, store.Accounts()) is { } wrong ? throw new InvalidDataException(wrong) : audit;
        }
        catch (StoreException failure)
        {
            throw new ServerSetupException(failure.Message, failure);
        }
    }
}
