using Nosnet.Protocol;
using NSec.Cryptography;
using SimpleBase;

namespace Nosnet.Server;

/// <summary>Ed25519 signatures of texts, in base58.</summary>
internal static class Signatures
{
    private const int Length = 64;

    public static bool Verify(Bytes32 publicKey, ReadOnlySpan<byte> text, string signature)
    {
        Span<byte> bytes = stackalloc byte[Length + 4];
        return signature.Length is >= Length and <= 88
            && Base58.Bitcoin.TryDecode(signature, bytes, out var length) && length == Length
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey.ToArray(), KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, text, bytes[..Length]);
    }
}
