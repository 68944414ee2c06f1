using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>An amount of credits, exact: a 64-bit count of nano-dollars. 1 credit = 1 USD = 1,000,000,000 nano-dollars.</summary>
/// <remarks>Arithmetic is checked: an overflow throws and never wraps. JSON carries a number in USD.</remarks>
[JsonConverter(typeof(CreditsConverter))]
public readonly record struct Credits(long Nano) : IComparable<Credits>
{
    /// <summary>Nano-dollars in a credit.</summary>
    public const long NanoPerCredit = 1_000_000_000;

    /// <summary>No credits.</summary>
    public static readonly Credits Zero;

    /// <summary>The amount in USD, exact.</summary>
    public decimal Usd => (decimal)Nano / NanoPerCredit;

    /// <summary>An amount given in USD; a part finer than a nano-dollar is refused.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than nine decimals, or beyond ±9.2 billion USD.</exception>
    public static Credits FromUsd(decimal usd) =>
        TryFromUsd(usd, out var credits)
            ? credits
            : throw new ArgumentOutOfRangeException(nameof(usd), usd, "An amount has at most nine decimals and lies within ±9.2 billion USD.");

    /// <summary>An amount given in USD; false where it has more than nine decimals or is too large.</summary>
    public static bool TryFromUsd(decimal usd, out Credits credits)
    {
        credits = default;
        if (usd is > 9_200_000_000m or < -9_200_000_000m)
            return false;
        var nano = usd * NanoPerCredit;
        if (nano != decimal.Truncate(nano))
            return false;
        credits = new Credits((long)nano);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Credits other) => Nano.CompareTo(other.Nano);

    /// <summary>USD with a dollar sign and three to nine decimals, as official messages write amounts: <c>$0.048</c>.</summary>
    public override string ToString() => Usd.ToString("$0.000######;-$0.000######", CultureInfo.InvariantCulture);

#pragma warning disable CS1591 // what + and < mean for an amount needs no sentence
    public static Credits operator +(Credits a, Credits b) => new(checked(a.Nano + b.Nano));
    public static Credits operator -(Credits a, Credits b) => new(checked(a.Nano - b.Nano));
    public static Credits operator -(Credits a) => new(checked(-a.Nano));
    public static bool operator <(Credits a, Credits b) => a.Nano < b.Nano;
    public static bool operator >(Credits a, Credits b) => a.Nano > b.Nano;
    public static bool operator <=(Credits a, Credits b) => a.Nano <= b.Nano;
    public static bool operator >=(Credits a, Credits b) => a.Nano >= b.Nano;
#pragma warning restore CS1591
}

/// <summary>Credits in JSON: a number in USD with at most nine decimals.</summary>
public sealed class CreditsConverter : JsonConverter<Credits>
{
    /// <inheritdoc/>
    public override Credits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var usd) && Credits.TryFromUsd(usd, out var credits)
            ? credits
            : throw new JsonException("An amount of credits is a number in USD with at most nine decimals.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Credits value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Usd);
}
