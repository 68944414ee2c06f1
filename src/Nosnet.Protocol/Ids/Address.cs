using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>An address of the network: 32 bytes, written in base58.</summary>
public interface IAddress<TSelf> : IParsable<TSelf>
    where TSelf : struct, IAddress<TSelf>
{
    /// <summary>What it is the address of, for sentences: "job", "market", ….</summary>
    static abstract string Noun { get; }

    /// <summary>The 32 bytes.</summary>
    Bytes32 Value { get; }

    /// <summary>The address with these bytes.</summary>
    static abstract TSelf From(Bytes32 value);
}

/// <summary>What all addresses share: how their text is read.</summary>
internal static class Address
{
    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T address)
        where T : struct, IAddress<T>
    {
        address = default;
        if (text is null || !Bytes32.TryParseBase58(text, out var value))
            return false;
        address = T.From(value);
        return true;
    }

    public static T Parse<T>(string text)
        where T : struct, IAddress<T> =>
        TryParse<T>(text, out var address) ? address : throw new FormatException(Refusal<T>(text));

    /// <summary>The sentence for a text that is no address. Long text is cut: it came from outside.</summary>
    public static string Refusal<T>(string? text)
        where T : struct, IAddress<T> =>
        $"'{(text is { Length: > 60 } ? text[..60] + "…" : text)}' is not {Article<T>()} {T.Noun} address; one is 32 bytes in base58, 32 to 44 characters.";

    public static string Article<T>()
        where T : struct, IAddress<T> => T.Noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
}

/// <summary>Addresses in JSON: a base58 string.</summary>
public sealed class AddressConverter<T> : JsonConverter<T>
    where T : struct, IAddress<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException($"The address of {Address.Article<T>()} {T.Noun} is a string in base58.");
        return Address.TryParse<T>(text, out var address) ? address : throw new JsonException(Address.Refusal<T>(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.Value.Write(writer);
}
