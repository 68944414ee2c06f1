using System.Numerics;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The Merkle tree of RFC 9162, section 2.1, over SHA-256: leaves and inner nodes are hashed with different first bytes.</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    public static Bytes32 Leaf(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(data);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new Bytes32(digest);
    }

    /// <summary>The root over one leaf or more.</summary>
    public static Bytes32 Root(ReadOnlySpan<Bytes32> leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];
        var left = (int)(BitOperations.RoundUpToPowerOf2((uint)leaves.Length) / 2);
        return Inner(Root(leaves[..left]), Root(leaves[left..]));
    }

    private static Bytes32 Inner(Bytes32 left, Bytes32 right)
    {
        Span<byte> input = stackalloc byte[65];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[33..]);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(input, digest);
        return new Bytes32(digest);
    }
}
