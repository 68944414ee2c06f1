using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Nosnet.Protocol;

/// <summary>
/// <c>GET /api/receipts/{tx}</c>: one thing that happened, and the proof that the network signed it. Kept in a file it proves that
/// without the network: see <see cref="Verify"/>.
/// </summary>
public sealed record Receipt
{
    /// <summary>Its id, as posting, extending, stopping and the histories tell it.</summary>
    public required Tx Tx { get; init; }

    /// <summary>What happened, for people.</summary>
    public required ReceiptEntry Entry { get; init; }

    /// <summary>The same as it is hashed, see <see cref="EntryCodec"/>; in base64.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>Where it stands in its block, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>How many entries the block has.</summary>
    public required int Count { get; init; }

    /// <summary>The hashes beside its way up to the block's root, from the entry on, in base58.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Its block.</summary>
    public required BlockHeader Block { get; init; }

    /// <summary>The network's key, as the network tells it. Compare it with one that you know from elsewhere.</summary>
    public required AccountAddress Network { get; init; }

    /// <summary>Reads a receipt that was kept as the network gave it, or as <c>nosnet receipts get</c> prints it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Receipt Parse(ReadOnlySpan<byte> utf8) => LenientJson.Parse(utf8, LenientJson.Reading.Receipt, "a receipt");

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static Receipt Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>
    /// Whether the network of this key signed that this happened. What it does not show: that the addresses in <see cref="Entry"/> are those
    /// of the numbers in <see cref="Bytes"/>, which the network alone can tell.
    /// </summary>
    /// <param name="network">The network's key, from a source that you trust: the head or a receipt that you kept.</param>
    /// <param name="fault">What is wrong, in a sentence.</param>
    public bool Verify(AccountAddress network, [NotNullWhen(false)] out string? fault)
    {
        fault = Fault(network);
        return fault is null;
    }

    private string? Fault(AccountAddress network)
    {
        if (Bytes32.HashOf(Bytes) != Tx.Hash)
            return $"The entry is not the one of {Tx}: its hash is another.";
        Entry entry;
        try
        {
            entry = EntryCodec.Decode(Bytes);
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }

        if (Entry.Difference(entry) is { } difference)
            return $"What the receipt says is not what its bytes say: {difference}.";
        if (!BlockText.TryRead(Block, [], out var block))
            return $"The header of block {Block.Height} is none, or its hash is another.";
        var path = new List<Bytes32>(Path.Count);
        foreach (var text in Path)
        {
            if (!Bytes32.TryParseBase58(text, out var hash))
                return "The path holds something that is no hash.";
            path.Add(hash);
        }

        if (MerkleTree.RootOf(MerkleTree.Leaf(Bytes), Index, Count, path) != block.Root)
            return $"The entry is not entry {Index} of block {Block.Height}: the path does not lead to the block's root.";
        return KeyPair.Verify(network.Value, block.Hash.ToArray(), block.Signature)
            ? null
            : $"Block {Block.Height} is not signed with the key {network}.";
    }
}
