using System.Security.Cryptography;

namespace Nosnet.Protocol;

/// <summary>A block of a content store: bytes and the CID that their SHA-256 gives.</summary>
/// <param name="Cid">The block's id.</param>
/// <param name="Bytes">The block itself, dag-pb encoded.</param>
public readonly record struct IpfsBlock(Cid Cid, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Bytes of a block at most: larger ones are not passed on by IPFS nodes.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>The block of these bytes.</summary>
    public static IpfsBlock Of(ReadOnlyMemory<byte> bytes) => new(CidOf(bytes.Span), bytes);

    /// <summary>The CID of a block's bytes. That of a file is its root block's: see <see cref="UnixFsImporter"/>.</summary>
    public static Cid CidOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return new Cid(new Bytes32(digest));
    }
}
