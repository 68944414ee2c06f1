using System.Numerics;

namespace Nosnet.Protocol;

/// <summary>The Merkle tree of RFC 9162, section 2.1, over SHA-256: leaves and inner nodes are hashed with different first bytes.</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int MostOnStack = 512;

    /// <summary>The hash of a leaf.</summary>
    public static Bytes32 Leaf(ReadOnlySpan<byte> data)
    {
        var input = data.Length < MostOnStack ? stackalloc byte[1 + data.Length] : new byte[1 + data.Length];
        input[0] = LeafPrefix;
        data.CopyTo(input[1..]);
        return Bytes32.HashOf(input);
    }

    /// <summary>The root over one leaf or more.</summary>
    public static Bytes32 Root(ReadOnlySpan<Bytes32> leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];
        var left = (int)(BitOperations.RoundUpToPowerOf2((uint)leaves.Length) / 2);
        return Inner(Root(leaves[..left]), Root(leaves[left..]));
    }

    /// <summary>What has to be known beside one leaf to compute the root: the hashes beside its way up, from the leaf on.</summary>
    public static IReadOnlyList<Bytes32> Path(ReadOnlySpan<Bytes32> leaves, int index)
    {
        var path = new List<Bytes32>();
        Collect(leaves, index, path);
        return path;
    }

    /// <summary>The root that a leaf and its path lead to, of a tree of so many leaves; null where a path of this length leads nowhere.</summary>
    public static Bytes32? RootOf(Bytes32 leaf, int index, int count, IReadOnlyList<Bytes32> path)
    {
        if (index < 0 || index >= count)
            return null;
        // From the leaf up: at each step it is known on which side the other hash stands, and whether there is one on this level.
        var (at, last, hash) = (index, count - 1, leaf);
        foreach (var other in path)
        {
            if (last == 0)
                return null;
            if (at % 2 == 1 || at == last)
            {
                hash = Inner(other, hash);
                while (at % 2 == 0 && at != 0)
                    (at, last) = (at / 2, last / 2);
            }
            else
            {
                hash = Inner(hash, other);
            }

            (at, last) = (at / 2, last / 2);
        }

        return last == 0 ? hash : null;
    }

    private static void Collect(ReadOnlySpan<Bytes32> leaves, int index, List<Bytes32> path)
    {
        if (leaves.Length == 1)
            return;
        var left = (int)(BitOperations.RoundUpToPowerOf2((uint)leaves.Length) / 2);
        var isLeft = index < left;
        Collect(isLeft ? leaves[..left] : leaves[left..], isLeft ? index : index - left, path);
        path.Add(Root(isLeft ? leaves[left..] : leaves[..left]));
    }

    private static Bytes32 Inner(Bytes32 left, Bytes32 right)
    {
        Span<byte> input = stackalloc byte[65];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[33..]);
        return Bytes32.HashOf(input);
    }
}
