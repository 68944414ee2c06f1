using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Nosnet.Protocol;

/// <summary>
/// SHA-256 of a few bytes (FIPS 180-4). The platform's one-shot hash takes longer to begin than to hash a few blocks, and libsodium's does
/// without the processor's own instructions; so blocks are padded here and given to OpenSSL one by one, a quarter of the time of either.
/// Where OpenSSL 3 is not, libsodium does it.
/// </summary>
internal static unsafe class Sha256
{
    private const int BlockLength = 64;
    private const int LengthLength = sizeof(ulong);

    // What OpenSSL calls SHA256_CTX, of which a single block needs no more than the eight words at its beginning.
    private const int ContextWords = 28;

    private static readonly delegate* unmanaged[SuppressGCTransition]<uint*, byte*, void> Compress = Find();

    /// <summary>The words that a hash begins with (FIPS 180-4, section 5.3.3).</summary>
    private static ReadOnlySpan<uint> Initial => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <param name="bytes">What is hashed.</param>
    /// <param name="hash">Takes the 32 bytes of the hash.</param>
    public static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        if (Compress is null)
            NSec.Cryptography.HashAlgorithm.Sha256.Hash(bytes, hash);
        else
            Hash(Compress, bytes, hash);
    }

    private static void Hash(delegate* unmanaged[SuppressGCTransition]<uint*, byte*, void> compress, ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        var whole = bytes.Length / BlockLength * BlockLength;
        var context = stackalloc uint[ContextWords];
        Initial.CopyTo(new Span<uint>(context, ContextWords));

        // The end is made before the first block is hashed: wide moves between two of them halve the speed of both.
        var end = stackalloc byte[2 * BlockLength];
        var endLength = Pad(bytes[whole..], (ulong)bytes.Length, new Span<byte>(end, 2 * BlockLength));

        fixed (byte* start = bytes)
        {
            for (var at = 0; at < whole; at += BlockLength)
                compress(context, start + at);
        }

        for (var at = 0; at < endLength; at += BlockLength)
            compress(context, end + at);
        for (var word = 0; word < Initial.Length; word++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(word * sizeof(uint))..], context[word]);
    }

    /// <summary>A one, zeros and the length in bits behind what no block is full of (FIPS 180-4, section 5.1.1); the length of it all.</summary>
    private static int Pad(ReadOnlySpan<byte> rest, ulong length, Span<byte> end)
    {
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        var endLength = rest.Length < BlockLength - LengthLength ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteUInt64BigEndian(end[(endLength - LengthLength)..], 8 * length);
        return endLength;
    }

    /// <summary>OpenSSL's compression of one block, or null where there is none that can be relied on.</summary>
    private static delegate* unmanaged[SuppressGCTransition]<uint*, byte*, void> Find()
    {
        if (!NativeLibrary.TryLoad("libcrypto.so.3", out var library) || !NativeLibrary.TryGetExport(library, "SHA256_Transform", out var export))
            return null;
        var compress = (delegate* unmanaged[SuppressGCTransition]<uint*, byte*, void>)export;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(compress, "nosnet"u8, hash);
        return hash.SequenceEqual(SHA256.HashData("nosnet"u8)) ? compress : null;
    }
}
