using System.Buffers;

namespace Nosnet.Protocol;

/// <summary>Numbers of varying length: seven bits a byte, least significant first, the sign in the lowest bit.</summary>
internal static class Varint
{
    private const int MaxLength = 10;

    public static void Write(ArrayBufferWriter<byte> buffer, long value)
    {
        var rest = unchecked((ulong)((value << 1) ^ (value >> 63)));
        var span = buffer.GetSpan(MaxLength);
        var length = 0;
        while (rest >= 0x80)
        {
            span[length++] = (byte)(0x80 | (rest & 0x7F));
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        buffer.Advance(length);
    }

    public static long Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var length = 0; length < MaxLength && length < bytes.Length; length++)
        {
            value |= unchecked((ulong)(bytes[length] & 0x7F) << (7 * length));
            if (bytes[length] >= 0x80)
                continue;
            bytes = bytes[(length + 1)..];
            return unchecked((long)(value >> 1) ^ -(long)(value & 1));
        }

        throw new InvalidDataException("The bytes end within a number.");
    }
}
