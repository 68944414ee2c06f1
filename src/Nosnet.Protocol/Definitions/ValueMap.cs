using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Protocol;

#pragma warning disable CA1710 // a Dictionary is what a .NET reader expects to change; this is a value
/// <summary>
/// An immutable map of names to values, written <c>new() { ["NAME"] = value }</c>. It keeps the order of its names; two maps are equal
/// when they hold equal values under the same names, in whatever order.
/// </summary>
public sealed class ValueMap<T> : IReadOnlyDictionary<string, T>, IEquatable<ValueMap<T>>
#pragma warning restore CA1710
{
    /// <summary>The map without names.</summary>
    public static readonly ValueMap<T> Empty = [];

    private readonly OrderedDictionary<string, T> _values = new(StringComparer.Ordinal);

    /// <summary>A map to be filled by an initializer.</summary>
    public ValueMap()
    {
    }

    /// <summary>A copy of these pairs; of two with one name, the later counts.</summary>
    public ValueMap(IEnumerable<KeyValuePair<string, T>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        foreach (var (name, value) in pairs)
            _values[name] = value;
    }

    /// <summary>The value under a name.</summary>
    /// <exception cref="KeyNotFoundException">The map has no such name.</exception>
    public T this[string key]
    {
        get => _values[key];
        init => _values[key] = value;
    }

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc/>
    public IEnumerable<T> Values => _values.Values;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Equals(ValueMap<T>? other)
    {
        if (other is null || other.Count != Count)
            return false;
        foreach (var (name, value) in _values)
        {
            if (!other._values.TryGetValue(name, out var theirs) || !EqualityComparer<T>.Default.Equals(value, theirs))
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueMap<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The order of names does not count for equality, so neither may it for the hash.
        var hash = Count;
        foreach (var (name, value) in _values)
            hash ^= HashCode.Combine(StringComparer.Ordinal.GetHashCode(name), value);
        return hash;
    }

    /// <summary>The names alone: values of an environment are often secret.</summary>
    public override string ToString() => $"{{{string.Join(", ", _values.Keys)}}}";

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
