using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Fields that are written only where they say something.</summary>
internal static class JsonWriting
{
    /// <summary>Whether there are items to write. A null, which no definition may hold, is written as it is, so that whoever checks the JSON finds it.</summary>
    public static bool Has<T>(this Utf8JsonWriter json, string name, IReadOnlyCollection<T>? items)
    {
        if (items is null)
            json.WriteNull(name);
        return items is { Count: > 0 };
    }

    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    public static void Flag(this Utf8JsonWriter json, string name, bool value)
    {
        if (value)
            json.WriteBoolean(name, true);
    }

    public static void TextOrList(this Utf8JsonWriter json, string name, TextOrList? value)
    {
        if (value is null)
            return;
        if (value.IsText)
        {
            json.WriteString(name, value[0]);
            return;
        }
        json.WriteStartArray(name);
        foreach (var item in value)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    public static void Texts(this Utf8JsonWriter json, string name, ValueList<string> values)
    {
        if (!json.Has(name, values))
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void Texts(this Utf8JsonWriter json, string name, ValueMap<string> values)
    {
        if (!json.Has(name, values))
            return;
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
