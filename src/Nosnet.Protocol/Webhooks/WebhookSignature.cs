using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Protocol;

/// <summary>
/// The signature of a webhook's message, by the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 over id, time
/// and body, with the bytes of the secret.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header with the id of the message, the same in all its attempts.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of the attempt, in unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signatures.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far the time of an attempt may be from that of whoever verifies it.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int SecretBytes = 32;

    /// <summary>The fewest that the specification allows. Under a key of none, anybody could sign.</summary>
    private const int LeastSecretBytes = 24;

    /// <summary>A new secret.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of <see cref="SignatureHeader"/> for a message.</summary>
    /// <exception cref="FormatException">The secret is none.</exception>
    public static string Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body) => Sign(Key(secret), id, at, body);

    private static string Sign(byte[] key, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")));
        hash.AppendData(body);
        return Version + Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>Whether a message comes from the network that gave the secret, and is new. For whoever receives it; a repeated id is for them to tell.</summary>
    /// <param name="secret">The webhook's secret.</param>
    /// <param name="id">The value of <see cref="IdHeader"/>.</param>
    /// <param name="timestamp">The value of <see cref="TimestampHeader"/>.</param>
    /// <param name="signatures">The value of <see cref="SignatureHeader"/>: one or more, separated by blanks.</param>
    /// <param name="body">The body, byte by byte as it came.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="FormatException">The secret is none, whatever the message: a blank setting must not let anybody sign.</exception>
    public static bool IsValid(string secret, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var key = Key(secret);
        if (id is null || signatures is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799)
            return false;
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if ((now - at).Duration() > Tolerance)
            return false;
        var expected = Encoding.ASCII.GetBytes(Sign(key, id, at, body));
        var found = false;
        foreach (var signature in signatures.Split(' '))
            found |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        return found;
    }

    private static byte[] Key(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var key = new byte[secret.Length];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length >= LeastSecretBytes
            ? key[..length]
            : throw new FormatException(
                $"This is not a webhook's secret: one is {SecretPrefix} and {LeastSecretBytes} bytes or more in base64. Take it from the answer that made the webhook, whole.");
    }
}
