using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>
/// A JSON object read leniently: networks of several generations answer, with fields missing, added, or of another type. What is
/// not there or cannot be read is null.
/// </summary>
internal readonly record struct WireObject(JsonElement Json)
{
    public string? Text(string name) => Find(name, JsonValueKind.String) is { } text ? TextOf(text) : null;

    public IReadOnlyList<string> Texts(string name) =>
        Find(name, JsonValueKind.Array) is { } array
            ? [.. array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(TextOf).OfType<string>()]
            : [];

    public bool? Flag(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    public decimal? Number(string name)
    {
        if (Find(name, JsonValueKind.Number) is { } number)
            return number.TryGetDecimal(out var value) ? value : null;
        return decimal.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var text) ? text : null;
    }

    public long? Integer(string name) =>
        Number(name) is { } number && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : null;

    public int? Count(string name) => Integer(name) is >= 0 and <= int.MaxValue and { } count ? (int)count : null;

    /// <summary>An amount in USD. The official services reckon in floating point: what is finer than a nano-dollar is rounded away.</summary>
    public Credits? Amount(string name) =>
        Number(name) is >= -9_200_000_000m and <= 9_200_000_000m and { } usd && Credits.TryFromUsd(decimal.Round(usd, 9), out var credits) ? credits : null;

    public TimeSpan? Seconds(string name) =>
        Number(name) is >= 0 and <= 1_000_000_000_000m and { } seconds ? TimeSpan.FromMicroseconds((double)(seconds * 1_000_000)) : null;

    /// <summary>A moment in ISO 8601, or in unix seconds; 0 says that it has not come.</summary>
    public DateTimeOffset? Moment(string name) =>
        Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment.ToUniversalTime()
            : Number(name) is > 0 and < 253_402_300_800m and { } seconds ? DateTimeOffset.UnixEpoch.AddSeconds((double)seconds) : null;

    public T? Address<T>(string name)
        where T : struct, IAddress<T> =>
        T.TryParse(Text(name), null, out var address) && !address.Value.IsZero ? address : null;

    public Cid? Cid(string name) => Protocol.Cid.TryParse(Text(name), out var cid) && !cid.Digest.IsZero ? cid : null;

    /// <summary>A word of an enumeration; null where this version does not know the word.</summary>
    public T? Word<T>(string name, JsonTypeInfo<T> words)
        where T : struct, Enum
    {
        // A number in quotes is no word, though the converter would take it for a value.
        if (Find(name, JsonValueKind.String) is not { } word || TextOf(word) is not { Length: > 0 } text || !char.IsAsciiLetter(text[0]))
            return null;
        try
        {
            return word.Deserialize(words) is var value && Enum.IsDefined(value) ? value : null;
        }
        catch (JsonException)
        {
            // A later version's word.
            return null;
        }
    }

    public WireObject? Object(string name) => Find(name, JsonValueKind.Object) is { } json ? new WireObject(json) : null;

    public IEnumerable<WireObject> Objects(string name) =>
        Find(name, JsonValueKind.Array) is { } array
            ? array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(e => new WireObject(e))
            : [];

    public static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which JSON can escape and no string can hold.
            return null;
        }
    }

    private JsonElement? Find(string name, JsonValueKind kind) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
