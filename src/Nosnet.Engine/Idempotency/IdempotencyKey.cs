using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Under which key a request came, and a hash of what it asks.</summary>
/// <param name="Id">Made from the account and the text of the key, so that another account's key is another key.</param>
/// <param name="Request">The SHA-256 of method, route and body.</param>
public sealed record IdempotencyKey(Guid Id, Bytes32 Request)
{
    /// <summary>How long a repeat gets the first answer.</summary>
    public static readonly TimeSpan Answers = TimeSpan.FromHours(24);

    /// <summary>How long a key is known. After that it is a new one.</summary>
    public static readonly TimeSpan Known = TimeSpan.FromHours(48);

    public const int MostLength = 255;

    private const int TimeLength = 6;

    public static bool IsWellFormed(string text) => text.Length is >= 1 and <= MostLength && text.All(static c => c is > ' ' and <= '~');

    public static IdempotencyKey Of(long account, string text, Bytes32 request)
    {
        Span<byte> input = stackalloc byte[sizeof(long) + MostLength];
        BinaryPrimitives.WriteInt64BigEndian(input, account);
        var length = sizeof(long) + Encoding.ASCII.GetBytes(text, input[sizeof(long)..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input[..length], hash);
        var id = hash[..16];
        // Ids that grow with time are written at one end of their index instead of all over it; UUIDs of version 7 bring a time along.
        if (Guid.TryParseExact(text, "D", out var uuid) && uuid.Version == 7)
        {
            Span<byte> bytes = stackalloc byte[16];
            uuid.TryWriteBytes(bytes, bigEndian: true, out _);
            bytes[..TimeLength].CopyTo(id);
        }

        return new IdempotencyKey(new Guid(id, bigEndian: true), request);
    }
}
