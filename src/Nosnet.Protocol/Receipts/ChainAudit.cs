using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Protocol;

/// <summary>
/// The audit of a chain from its first block on: every link, root, signature and entry, and what all postings add up to. A bit that was
/// changed anywhere is found at its block. What it cannot find is a chain that was written anew with the network's key, or cut at its
/// end: that shows whoever kept a receipt or a head of before.
/// </summary>
/// <param name="network">The network's key.</param>
public sealed class ChainAudit(AccountAddress network)
{
    private readonly Dictionary<(long Account, Bucket Bucket), Credits> _balances = [];
    private readonly Dictionary<long, Credits> _granted = [];
    private DateTimeOffset _at = DateTimeOffset.MinValue;

    /// <summary>The network's key.</summary>
    public AccountAddress Network => network;

    /// <summary>How many blocks were found to be right.</summary>
    public long Height { get; private set; }

    /// <summary>The hash of the last of them.</summary>
    public Bytes32 Hash { get; private set; }

    /// <summary>How many entries they hold.</summary>
    public long Entries { get; private set; }

    /// <summary>What all postings so far add up to in one part of an account.</summary>
    public Credits Balance(long account, Bucket bucket) => _balances.GetValueOrDefault((account, bucket));

    /// <summary>All that an account was granted so far, and what it moved to vaults or got from one.</summary>
    public Credits Granted(long account) => _granted.GetValueOrDefault(account);

    /// <summary>The accounts, by their numbers, that credits were moved to or from.</summary>
    public IEnumerable<long> Accounts => _balances.Keys.Select(k => k.Account).Distinct();

    /// <summary>Takes the next block; false where it is not right, after which the audit is over.</summary>
    /// <param name="block">The block.</param>
    /// <param name="fault">What is wrong, in a sentence that names the block.</param>
    public bool Add(Block block, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            fault = Fault(block);
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException)
        {
            fault = $"Block {block.Height} holds something that is no entry: {e.Message}";
        }

        return fault is null;
    }

    private string? Fault(Block block)
    {
        if (block.Height != Height + 1)
            return $"Block {Height + 1} is missing: after block {Height} comes block {block.Height}.";
        if (block.Previous != Hash)
            return $"Block {block.Height} does not follow block {Height}: it names another hash as the one before.";
        if (block.At < _at)
            return $"Block {block.Height} is older than the one before.";
        var entries = Block.Unpack(block.Entries);
        if (entries.Count == 0)
            return $"Block {block.Height} has no entries.";
        if (MerkleTree.Root([.. entries.Select(e => MerkleTree.Leaf(e))]) != block.Root)
            return $"The entries of block {block.Height} are not those that its root was made of.";
        var hash = block.Hash;
        if (!KeyPair.Verify(network.Value, hash.ToArray(), block.Signature))
            return $"Block {block.Height} is not signed with the key {network}: its header or its signature was changed.";
        for (var index = 0; index < entries.Count; index++)
            if (Fault(entries[index]) is { } fault)
                return $"Entry {index} of block {block.Height}: {fault}";
        (Height, Hash, _at, Entries) = (block.Height, hash, block.At, Entries + entries.Count);
        return null;
    }

    private string? Fault(ReadOnlySpan<byte> bytes)
    {
        // That its postings sum to zero is part of what makes bytes an entry.
        var entry = EntryCodec.Decode(bytes);
        if (!EntryCodec.Encode(entry).AsSpan().SequenceEqual(bytes))
            return "its bytes are not the ones that this entry has.";
        foreach (var posting in entry.Postings.All)
        {
            var balance = Balance(posting.Account, posting.Bucket) + posting.Amount;
            if (balance < Credits.Zero && posting.Bucket is not Bucket.Issued)
                return $"it takes more from account {posting.Account} than there is.";
            _balances[(posting.Account, posting.Bucket)] = balance;
            if (entry.Kind is EntryKind.CreditsGranted or EntryKind.CreditsMoved && posting.Bucket is Bucket.Available)
                _granted[posting.Account] = Granted(posting.Account) + posting.Amount;
        }

        return null;
    }
}
