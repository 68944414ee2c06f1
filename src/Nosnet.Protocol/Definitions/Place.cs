using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>A value in a document under its path. What cannot be read becomes a finding, and something harmless in its stead.</summary>
internal readonly record struct Place(FindingList Findings, string Path, JsonElement Json)
{
    public JsonValueKind Kind => Json.ValueKind;

    public string Described => JsonPath.Describe(Json);

    public void Refuse(string allowed) => Findings.Add(Path, Described, allowed);

    public void Refuse(string found, string allowed) => Findings.Add(Path, found, allowed);

    /// <summary>A text that a container could be given: bounded, and without NUL, which ends a text for Linux.</summary>
    public string Text(int max = DefinitionLimits.ShortText, string allowed = "a text")
    {
        if (Kind != JsonValueKind.String)
        {
            Refuse(allowed);
            return "";
        }
        var text = Json.GetString()!;
        if (text.Length > max)
            Refuse($"a text of {text.Length} characters", $"{allowed}, of {max} characters at most");
        else if (text.Contains('\0'))
            Refuse("a text with a NUL character", $"{allowed}, without NUL");
        return text;
    }

    /// <summary>A text by a rule of its own.</summary>
    public string Text(Func<string, bool> rule, string allowed, int max = DefinitionLimits.ShortText)
    {
        var text = Text(max, allowed);
        if (Kind == JsonValueKind.String && text.Length <= max && !text.Contains('\0') && !rule(text))
            Refuse(allowed);
        return text;
    }

    public bool Flag()
    {
        if (Kind is JsonValueKind.True or JsonValueKind.False)
            return Json.GetBoolean();
        Refuse("true or false");
        return false;
    }

    public double Number(string allowed = "a number")
    {
        // 1e999 is JSON, and infinite for everyone who reads it.
        if (Kind == JsonValueKind.Number && Json.TryGetDouble(out var number) && double.IsFinite(number))
            return number;
        Refuse(allowed);
        return 0;
    }

    /// <summary>A whole number; 80.0 is one, as it is in JavaScript.</summary>
    public int Whole(int min, int max, string allowed, int refused)
    {
        if (Kind == JsonValueKind.Number && Json.TryGetDouble(out var number) && number >= min && number <= max && Math.Truncate(number) == number)
            return (int)number;
        Refuse(allowed);
        return refused;
    }

    public T Named<T>(WireNames<T> names, T refused = default)
        where T : struct, Enum
    {
        if (Kind == JsonValueKind.String && names.TryRead(Json.GetString()!, out var value))
            return value;
        Refuse(names.Allowed);
        return refused;
    }

    public ValueList<T> List<T>(Func<Place, T> read, string allowed, int max = DefinitionLimits.Items)
    {
        if (Kind != JsonValueKind.Array)
        {
            Refuse(allowed);
            return [];
        }
        if (Json.GetArrayLength() is var length && length > max)
        {
            Refuse($"a list of {length}", $"{max} at most");
            return [];
        }
        var items = new List<T>(length);
        foreach (var item in Json.EnumerateArray())
            items.Add(read(new Place(Findings, JsonPath.Item(Path, items.Count), item)));
        return [.. items];
    }

    public ValueMap<T> Map<T>(Func<Place, T> read, Func<string, bool> nameRule, string allowedName, string allowed, int max = DefinitionLimits.Items)
    {
        if (Kind != JsonValueKind.Object)
        {
            Refuse(allowed);
            return [];
        }
        if (Json.GetPropertyCount() is var count && count > max)
        {
            Refuse($"an object of {count} names", $"{max} at most");
            return [];
        }
        var pairs = new List<KeyValuePair<string, T>>(count);
        foreach (var property in Json.EnumerateObject())
        {
            var place = new Place(Findings, JsonPath.Field(Path, property.Name), property.Value);
            if (property.Name.Length > DefinitionLimits.Name)
                place.Refuse($"a name of {property.Name.Length} characters", $"names of {DefinitionLimits.Name} characters at most");
            else if (!nameRule(property.Name))
                place.Refuse($"the name {Sentence.Quote(property.Name)}", allowedName);
            pairs.Add(new(property.Name, read(place)));
        }
        return new ValueMap<T>(pairs);
    }

    /// <summary>A text or a list of texts.</summary>
    public TextOrList TextOrList(int max)
    {
        const string allowed = "a text or a list of texts";
        if (Kind != JsonValueKind.Array)
            return Text(max, allowed);
        return Protocol.TextOrList.Of([.. List(item => item.Text(max), allowed)]);
    }
}
