using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>
/// Base58 in Bitcoin's alphabet, of up to 64 bytes and of text that may be anything. Five digits at a time: requests and answers hold several
/// addresses, and a library's digit by digit is most of what they cost.
/// </summary>
internal static class Base58Text
{
    private const byte NoDigit = 255;
    private const int MostBytes = 64;
    private const int MostDigits = 88;
    private const int Limbs = MostBytes / sizeof(uint);
    private const int Digits = 5;
    private const int MostFives = 18;
    private const uint FiveDigits = 58 * 58 * 58 * 58 * 58;

    private static readonly uint[] Powers = [1, 58, 58 * 58, 58 * 58 * 58, 58 * 58 * 58 * 58, FiveDigits];
    private static readonly byte[] Values = [.. Enumerable.Range(0, 128).Select(c => Alphabet.IndexOf((byte)c) is var digit and >= 0 ? (byte)digit : NoDigit)];
    private static readonly uint[][] Worth = WorthOfLimbs();

    private static ReadOnlySpan<byte> Alphabet => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8;

    /// <summary>Decodes a text; false where it is not base58, stands for more than 64 bytes or does not fit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length > MostDigits)
            return false;

        // The number, its last limb first; limbs from `used` on are zero.
        Span<uint> limbs = stackalloc uint[Limbs];
        limbs.Clear();
        var used = 0;
        for (var at = 0; at < text.Length;)
        {
            var digits = Math.Min(Digits, text.Length - at);
            uint value = 0;
            foreach (var letter in text.Slice(at, digits))
            {
                if (letter >= Values.Length || Values[letter] == NoDigit)
                    return false;
                value = value * 58 + Values[letter];
            }

            ulong carry = value;
            for (var i = 0; i < used; i++)
            {
                carry += (ulong)limbs[i] * Powers[digits];
                limbs[i] = unchecked((uint)carry);
                carry >>= 32;
            }

            if (carry != 0)
            {
                if (used == Limbs)
                    return false;
                limbs[used++] = (uint)carry;
            }

            at += digits;
        }

        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes.Clear();
        for (var i = 0; i < used; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(MostBytes - (i + 1) * sizeof(uint))..], limbs[i]);
        var number = bytes.TrimStart((byte)0);
        var zeros = text.IndexOfAnyExcept((char)Alphabet[0]) is var ones and >= 0 ? ones : text.Length;
        if (zeros + number.Length > destination.Length)
            return false;
        destination[..zeros].Clear();
        number.CopyTo(destination[zeros..]);
        written = zeros + number.Length;
        return true;
    }

    /// <summary>The text of up to 64 bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[MostDigits + Digits];
        return Encoding.ASCII.GetString(text[Encode(bytes, text)..]);
    }

    /// <summary>Writes the text of up to 64 bytes as a string of JSON.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[MostDigits + Digits];
        writer.WriteStringValue(text[Encode(bytes, text)..]);
    }

    /// <summary>Writes the text at the end of a span, and gives where it begins.</summary>
    private static int Encode(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        Span<byte> padded = stackalloc byte[MostBytes];
        padded.Clear();
        bytes.CopyTo(padded[(MostBytes - bytes.Length)..]);

        // The number by five digits each, the last first: the sum of what its limbs come to.
        Span<ulong> fives = stackalloc ulong[MostFives];
        fives.Clear();
        var limbs = (bytes.Length + sizeof(uint) - 1) / sizeof(uint);
        var used = 0;
        for (var limb = 0; limb < limbs; limb++)
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(padded[(MostBytes - (limb + 1) * sizeof(uint))..]);
            var worth = Worth[limb];
            for (var i = 0; i < worth.Length; i++)
                fives[i] += (ulong)value * worth[i];
            // A product has 62 bits, so four of them fit.
            if (limb % 4 == 3 || limb == limbs - 1)
                Carry(fives[..(used = Worth[limb + 1].Length)]);
        }

        var at = text.Length;
        foreach (var five in fives[..used])
            WriteDigits((uint)five, text.Slice(at -= Digits, Digits));

        // The digits in front that say nothing go, and each zero byte in front is a digit of its own.
        at += text[at..].IndexOfAnyExcept(Alphabet[0]) is var digits and >= 0 ? digits : text.Length - at;
        for (var i = 0; i < bytes.Length && bytes[i] == 0; i++)
            text[--at] = Alphabet[0];
        return at;
    }

    /// <summary>Writes five digits, none of which waits for another.</summary>
    private static void WriteDigits(uint five, Span<byte> text)
    {
        var (four, three, two, one) = (five / 58, five / (58 * 58), five / (58 * 58 * 58), five / (58 * 58 * 58 * 58));
        text[4] = Alphabet[(int)(five - four * 58)];
        text[3] = Alphabet[(int)(four - three * 58)];
        text[2] = Alphabet[(int)(three - two * 58)];
        text[1] = Alphabet[(int)(two - one * 58)];
        text[0] = Alphabet[(int)one];
    }

    private static void Carry(Span<ulong> fives)
    {
        ulong carry = 0;
        foreach (ref var five in fives)
        {
            five += carry;
            carry = five / FiveDigits;
            five -= carry * FiveDigits;
        }
    }

    /// <summary>What one in each limb comes to, by five digits each: the last limb first, and the last digits. So many the limbs before it have at most.</summary>
    private static uint[][] WorthOfLimbs()
    {
        var worth = new uint[Limbs + 1][];
        worth[0] = [1];
        for (var limb = 1; limb <= Limbs; limb++)
        {
            var next = new List<uint>();
            ulong carry = 0;
            foreach (var five in worth[limb - 1])
            {
                carry += (ulong)five << 32;
                next.Add((uint)(carry % FiveDigits));
                carry /= FiveDigits;
            }

            for (; carry > 0; carry /= FiveDigits)
                next.Add((uint)(carry % FiveDigits));
            worth[limb] = [.. next];
        }

        return worth;
    }
}
