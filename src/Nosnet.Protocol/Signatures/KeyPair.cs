using NSec.Cryptography;

namespace Nosnet.Protocol;

/// <summary>An Ed25519 key pair (RFC 8032): what an account, a node or a network signs with. Its public key is its address.</summary>
public sealed class KeyPair : IDisposable
{
    /// <summary>Bytes of a seed, the private key.</summary>
    public const int SeedLength = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 64;

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    private readonly Key _key;

    private KeyPair(Key key)
    {
        _key = key;
        Span<byte> address = stackalloc byte[Bytes32.Length];
        key.PublicKey.TryExport(KeyBlobFormat.RawPublicKey, address, out _);
        Address = new Bytes32(address);
    }

    /// <summary>The public key.</summary>
    public Bytes32 Address { get; }

    /// <summary>A new pair.</summary>
    public static KeyPair Generate() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>The pair of a seed.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
            throw new ArgumentException($"A seed has {SeedLength} bytes, {seed.Length} were given.", nameof(seed));
        return new KeyPair(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, Exportable));
    }

    /// <summary>The pair in the form of a Solana key file: the seed, then the public key, 64 bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are not 64, or the two halves do not belong together.</exception>
    public static KeyPair FromSolanaKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != SeedLength + Bytes32.Length)
            throw new ArgumentException($"A Solana key has {SeedLength + Bytes32.Length} bytes, {key.Length} were given.", nameof(key));
        var pair = FromSeed(key[..SeedLength]);
        if (pair.Address == new Bytes32(key[SeedLength..]))
            return pair;
        pair.Dispose();
        throw new ArgumentException("The second half of the key is not the public key of the first.", nameof(key));
    }

    /// <summary>The seed, to be kept where nobody reads it.</summary>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>The signature of a message: 64 bytes, always the same for the same message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <summary>Whether a signature is the one of this message under this address; false also where the address or signature is none.</summary>
    public static bool Verify(Bytes32 address, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Length];
        address.CopyTo(bytes);
        return signature.Length == SignatureLength
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
    }

    /// <summary>Wipes the private key from memory.</summary>
    public void Dispose() => _key.Dispose();
}
