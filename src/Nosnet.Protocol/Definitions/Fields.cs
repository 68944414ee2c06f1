using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>The fields of an object of the schema. Every field is asked for once; <see cref="Done"/> refuses those nobody asked for.</summary>
internal sealed class Fields
{
    private readonly Place _place;
    private readonly List<string> _known = [];
    private readonly string _allowed;
    private readonly bool _isObject;

    public Fields(Place place, string allowed = "an object")
    {
        _place = place;
        _allowed = allowed;
        _isObject = place.Kind == JsonValueKind.Object;
        if (!_isObject)
            place.Refuse(allowed);
    }

    public string Path => _place.Path;

    /// <summary>The field, where it is there.</summary>
    public bool Has(string name, [NotNullWhen(true)] out Place? field)
    {
        if (!_known.Contains(name))
            _known.Add(name);
        field = _isObject && _place.Json.TryGetProperty(name, out var value)
            ? new Place(_place.Findings, JsonPath.Field(Path, name), value)
            : null;
        return field is not null;
    }

    public bool Has(string name) => _isObject && _place.Json.TryGetProperty(name, out _);

    /// <summary>Reads the field, or gives the value for its absence.</summary>
    public T Optional<T>(string name, T absent, Func<Place, T> read) => Has(name, out var field) ? read(field.Value) : absent;

    /// <summary>Reads the field; null where it is absent.</summary>
    public T? Optional<T>(string name, Func<Place, T> read)
        where T : class => Has(name, out var field) ? read(field.Value) : null;

    public bool Flag(string name) => Optional(name, false, field => field.Flag());

    /// <summary>Reads the field; its absence is a finding.</summary>
    public T Required<T>(string name, string allowed, T absent, Func<Place, T> read)
    {
        if (Has(name, out var field))
            return read(field.Value);
        Missing(name, allowed);
        return absent;
    }

    public string RequiredText(string name, string allowed, Func<string, bool> rule, int max = DefinitionLimits.ShortText) =>
        Required(name, allowed, "", field => field.Text(rule, allowed, max));

    public void Missing(string name, string allowed)
    {
        // Where there is no object, that is the finding; its fields are not missed one by one.
        if (_isObject)
            _place.Findings.Add(JsonPath.Field(Path, name), "nothing", allowed);
    }

    public void Done()
    {
        foreach (var property in Others())
            property.Value.Refuse("an unknown field", $"{Sentence.Choice(_known)} in {_allowed}");
    }

    /// <summary>The fields nobody asked for.</summary>
    public IEnumerable<KeyValuePair<string, Place>> Others()
    {
        if (!_isObject)
            yield break;
        foreach (var property in _place.Json.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
                yield return new(property.Name, new Place(_place.Findings, JsonPath.Field(Path, property.Name), property.Value));
        }
    }
}
