using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Looks through a document for what JSON readers disagree about: names that appear twice, and text that is no Unicode.</summary>
internal static class JsonScan
{
    /// <summary>Adds what it finds; false where text cannot be read at all, so that nobody may try.</summary>
    public static bool Readable(JsonElement value, string path, FindingList findings)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return Text(value.GetString, path, findings) is not null;
            case JsonValueKind.Array:
                var readable = true;
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    readable &= Readable(item, JsonPath.Item(path, index++), findings);
                return readable;
            case JsonValueKind.Object:
                return ReadableObject(value, path, findings);
            default:
                return true;
        }
    }

    private static bool ReadableObject(JsonElement value, string path, FindingList findings)
    {
        var readable = true;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (Text(() => property.Name, path, findings) is not { } name)
            {
                readable = false;
                continue;
            }
            var field = JsonPath.Field(path, name);
            if (!names.Add(name))
                findings.Add(field, "a name that appears twice", "each name once in an object");
            readable &= Readable(property.Value, field, findings);
        }
        return readable;
    }

    private static string? Text(Func<string?> read, string path, FindingList findings)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // The reader's word for half a surrogate pair, or bytes that are not UTF-8.
            findings.Add(path, "text that is not Unicode", "text in UTF-8, with whole surrogate pairs");
            return null;
        }
    }
}
