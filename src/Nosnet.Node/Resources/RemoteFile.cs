using System.Security.Cryptography;

namespace Nosnet.Node;

/// <summary>A file of a resource, where it is now.</summary>
/// <param name="Path">Where it belongs under the resource's target; checked.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record RemoteFile(ResourcePath Path, long Size)
{
    /// <summary>What changes when its content does; null where the store tells nothing of the kind.</summary>
    public string? Version { get; init; }

    /// <summary>What its bytes must hash to; null where the store does not tell.</summary>
    public FileDigest? Digest { get; init; }

    /// <summary>The bytes, where they are known already.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Makes the request for it, with whatever proves that it may be read.</summary>
    public Func<HttpRequestMessage> Request { get; init; } = static () => throw new InvalidOperationException("The file is known already.");

    /// <summary>Whether <see cref="Version"/> is an ETag, so that a download can be tied to it.</summary>
    public bool VersionIsETag { get; init; }
}

/// <summary>What the bytes of a file must hash to.</summary>
/// <param name="Algorithm">How they are hashed.</param>
/// <param name="Hex">The hash, in small hexadecimal digits.</param>
internal sealed record FileDigest(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>What is hashed before the file.</summary>
    public ReadOnlyMemory<byte> Before { get; init; }

    /// <summary>Whether it says nothing where the answer tells that the store encrypts with a key of its own.</summary>
    public bool UnlessEncrypted { get; init; }

    public static FileDigest Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>The name of a file in git, which is a hash of its length and its bytes.</summary>
    public static FileDigest GitBlob(string hex, long size) =>
        new(HashAlgorithmName.SHA1, hex) { Before = System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {size}\0")) };

    /// <summary>An ETag, where it is the MD5 of an object that was put in one piece; else null.</summary>
    public static FileDigest? OfETag(string? etag) =>
        etag is { Length: 32 } && etag.All(char.IsAsciiHexDigit) ? new FileDigest(HashAlgorithmName.MD5, etag.ToLowerInvariant()) { UnlessEncrypted = true } : null;
}
