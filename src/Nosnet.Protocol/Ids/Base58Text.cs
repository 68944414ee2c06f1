using System.Text;
using SimpleBase;

namespace Nosnet.Protocol;

/// <summary>Base58 in Bitcoin's alphabet, of text that may be anything.</summary>
internal static class Base58Text
{
    /// <summary>Decodes a text; false where it is not base58 or does not fit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        // The decoder looks characters up in a table of ASCII and would throw at others.
        written = 0;
        return Ascii.IsValid(text) && Base58.Bitcoin.TryDecode(text, destination, out written);
    }
}
