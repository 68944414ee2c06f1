using System.Buffers.Binary;

namespace Nosnet.Protocol;

/// <summary>
/// Base58 in Bitcoin's alphabet, of up to 64 bytes and of text that may be anything. Five digits at a time: requests and answers hold several
/// addresses, and a library's digit by digit is most of what they cost.
/// </summary>
internal static class Base58Text
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const byte NoDigit = 255;
    private const int MostBytes = 64;
    private const int MostDigits = 88;
    private const int Limbs = MostBytes / sizeof(uint);
    private const int Digits = 5;
    private const uint FiveDigits = 58 * 58 * 58 * 58 * 58;

    private static readonly uint[] Powers = [1, 58, 58 * 58, 58 * 58 * 58, 58 * 58 * 58 * 58, FiveDigits];
    private static readonly byte[] Values = [.. Enumerable.Range(0, 128).Select(c => Alphabet.IndexOf((char)c, StringComparison.Ordinal) is var digit and >= 0 ? (byte)digit : NoDigit)];

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
        var zeros = text.IndexOfAnyExcept(Alphabet[0]) is var ones and >= 0 ? ones : text.Length;
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
        Span<byte> padded = stackalloc byte[MostBytes];
        padded.Clear();
        bytes.CopyTo(padded[(MostBytes - bytes.Length)..]);
        Span<uint> limbs = stackalloc uint[Limbs];
        for (var i = 0; i < Limbs; i++)
            limbs[i] = BinaryPrimitives.ReadUInt32BigEndian(padded[(i * sizeof(uint))..]);

        Span<char> text = stackalloc char[MostDigits + Digits];
        var at = text.Length;
        for (var first = 0; first < Limbs;)
        {
            if (limbs[first] == 0)
            {
                first++;
                continue;
            }

            ulong rest = 0;
            for (var i = first; i < Limbs; i++)
            {
                rest = (rest << 32) | limbs[i];
                limbs[i] = (uint)(rest / FiveDigits);
                rest %= FiveDigits;
            }

            for (var digit = 0; digit < Digits; digit++, rest /= 58)
                text[--at] = Alphabet[(int)(rest % 58)];
        }

        // The digits in front that say nothing go, and each zero byte in front is a digit of its own.
        at += text[at..].IndexOfAnyExcept(Alphabet[0]) is var digits and >= 0 ? digits : text.Length - at;
        for (var i = 0; i < bytes.Length && bytes[i] == 0; i++)
            text[--at] = Alphabet[0];
        return new string(text[at..]);
    }
}
