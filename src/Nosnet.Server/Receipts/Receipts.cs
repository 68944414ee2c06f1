using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Receipts: entries with the proof that they are in the chain, and with addresses in place of the store's keys.</summary>
internal sealed class Receipts(NetworkEngine engine, NetworkSecret secret, Names names)
{
    /// <summary>The network's key.</summary>
    public AccountAddress Network => secret.NetworkAccount;

    /// <summary>The receipt of a tx; null where there is none, or where it is none of the caller's business.</summary>
    public async ValueTask<Receipt?> FindAsync(Tx tx, Caller caller, CancellationToken cancellation)
    {
        if (!engine.Addresses.TryPlace(tx.Place, out var place) || (await engine.Read.BlocksAsync(place.Height, 1, cancellation)) is not [var block] || block.Height != place.Height)
            return null;
        var entries = Block.Unpack(block.Entries);
        if (place.Index >= entries.Count || Bytes32.HashOf(entries[place.Index]) != tx.Hash)
            return null;
        var entry = EntryCodec.Decode(entries[place.Index]);
        if (!caller.IsOperator && entry.Account != caller.Account && entry.Payee != caller.Account
            && (await engine.Read.AccountAsync(entry.Account, cancellation))?.Owner != caller.Account)
            return null;
        return new Receipt
        {
            Tx = tx,
            Entry = await ShownAsync(entry, cancellation),
            Bytes = entries[place.Index],
            Index = place.Index,
            Count = entries.Count,
            Path = [.. MerkleTree.Path([.. entries.Select(e => MerkleTree.Leaf(e))], place.Index).Select(h => h.ToString())],
            Block = BlockText.Header(block),
            Network = Network,
        };
    }

    private async ValueTask<ReceiptEntry> ShownAsync(Entry entry, CancellationToken cancellation)
    {
        var postings = new List<ReceiptPosting>(entry.Postings.All.Count);
        foreach (var posting in entry.Postings.All)
            postings.Add(new ReceiptPosting(await names.AccountAsync(posting.Account, cancellation), posting.Bucket, posting.Amount));
        var (isMarket, isApiKey) = (entry.Kind is EntryKind.MarketOpened or EntryKind.MarketChanged, entry.Kind is EntryKind.ApiKeyCreated or EntryKind.ApiKeyDeleted or EntryKind.LimitsChanged);
        return new ReceiptEntry
        {
            Kind = entry.Kind,
            At = entry.At,
            Account = entry.Account == 0 ? null : await names.AccountAsync(entry.Account, cancellation),
            Job = entry.Job == 0 ? null : engine.Addresses.Job(entry.Job),
            Node = entry.Subject == 0 || isMarket || isApiKey ? null : await names.NodeAsync(entry.Subject, cancellation),
            Market = isMarket ? await names.MarketAsync(entry.Subject, cancellation) : null,
            ApiKey = isApiKey && entry.Subject != 0 ? engine.Addresses.ApiKey(entry.Subject).ToString() : null,
            Epoch = entry.Epoch == 0 ? null : entry.Epoch,
            Reason = entry.Reason,
            Amount = entry.Amount,
            Postings = postings,
        };
    }
}
