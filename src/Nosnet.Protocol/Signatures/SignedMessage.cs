using System.Globalization;
using System.Text;
using SimpleBase;

namespace Nosnet.Protocol;

/// <summary>
/// A message with its signature in one string, <c>message:signature</c> or <c>message:signature:time</c>, as official clients send it in
/// headers; the signature in base58, the time in milliseconds since 1970.
/// </summary>
/// <remarks>
/// The signature covers the message alone. The time is not signed: who has one such string can write any time into it or leave it out, so
/// expiry protects against mistakes, not against theft. Where that matters, sign a challenge that is used once.
/// </remarks>
public static class SignedMessage
{
    /// <summary>How old a string with a time may be unless told otherwise.</summary>
    public static readonly TimeSpan DefaultExpiry = TimeSpan.FromSeconds(300);

    /// <summary>What stands between the parts unless told otherwise.</summary>
    public const char DefaultSeparator = ':';

    private const int MaxLength = 16 * 1024;
    private const int MaxSignatureCharacters = 88;

    /// <summary>Signs a message.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="message">The message: not empty, and without the separator, or nobody could read the string.</param>
    /// <param name="time">The clock whose time is added; null: none is.</param>
    /// <param name="separator">What stands between the parts.</param>
    /// <exception cref="ArgumentException">The message is empty or contains the separator.</exception>
    public static string Create(KeyPair key, string message, TimeProvider? time = null, char separator = DefaultSeparator)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(message);
        if (message.Contains(separator))
            throw new ArgumentException($"The message contains '{separator}', which separates it from its signature; choose another separator.", nameof(message));
        var signature = Base58.Bitcoin.Encode(key.Sign(Encoding.UTF8.GetBytes(message)));
        return time is null
            ? $"{message}{separator}{signature}"
            : string.Create(CultureInfo.InvariantCulture, $"{message}{separator}{signature}{separator}{time.GetUtcNow().ToUnixTimeMilliseconds()}");
    }

    /// <summary>Checks a string that a signer is said to have made.</summary>
    /// <param name="text">The string.</param>
    /// <param name="address">The signer's address.</param>
    /// <param name="now">The clock that times are compared with. A time in the future is not held against a string: clocks differ.</param>
    /// <param name="expected">The message that must stand in it; null: any.</param>
    /// <param name="expiry">How old a string with a time may be; null: <see cref="DefaultExpiry"/>.</param>
    /// <param name="separator">What stands between the parts.</param>
    public static SignatureCheck Check(
        string text, Bytes32 address, TimeProvider now, string? expected = null, TimeSpan? expiry = null, char separator = DefaultSeparator)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(now);
        var parts = text.Length <= MaxLength ? text.Split(separator) : [];
        if (parts.Length is not (2 or 3) || parts[0].Length == 0 || !TryReadSignature(parts[1], out var signature))
            return SignatureCheck.Malformed;
        if (expected is not null && parts[0] != expected)
            return SignatureCheck.OtherMessage;
        if (parts.Length == 3)
        {
            if (!long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var made))
                return SignatureCheck.Malformed;
            if (now.GetUtcNow().ToUnixTimeMilliseconds() - made >= (expiry ?? DefaultExpiry).TotalMilliseconds)
                return SignatureCheck.Expired;
        }
        return KeyPair.Verify(address, Encoding.UTF8.GetBytes(parts[0]), signature) ? SignatureCheck.Valid : SignatureCheck.OtherSigner;
    }

    /// <summary>The message of a string, unchecked; null where the string has none.</summary>
    public static string? MessageOf(string text, char separator = DefaultSeparator)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf(separator, StringComparison.Ordinal);
        return end > 0 ? text[..end] : null;
    }

    private static bool TryReadSignature(string text, out byte[] signature)
    {
        signature = [];
        if (text.Length is 0 or > MaxSignatureCharacters)
            return false;
        Span<byte> bytes = stackalloc byte[KeyPair.SignatureLength + 4];
        if (!Base58Text.TryDecode(text, bytes, out var written) || written != KeyPair.SignatureLength)
            return false;
        signature = bytes[..written].ToArray();
        return true;
    }
}
