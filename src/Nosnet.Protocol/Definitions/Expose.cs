using System.Collections;
using System.Runtime.CompilerServices;

namespace Nosnet.Protocol;

/// <summary>The ports of a container that are reachable from outside: <c>8080</c>, or a list such as <c>[8080, new ExposedPort(9090)]</c>.</summary>
/// <remarks>One literal alone and a list of one literal are different things once the literal has its value, so the form is kept.</remarks>
[CollectionBuilder(typeof(Expose), nameof(List))]
public sealed class Expose : IReadOnlyList<Exposure>, IEquatable<Expose>
{
    /// <summary>No port.</summary>
    public static readonly Expose Nothing = new(ValueList<Exposure>.Empty, isList: true);

    private readonly ValueList<Exposure> _items;

    private Expose(ValueList<Exposure> items, bool isList)
    {
        _items = items;
        IsList = isList;
    }

    /// <summary>Whether it is a list, of however many.</summary>
    public bool IsList { get; }

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public Exposure this[int index] => _items[index];

    /// <summary>A list of exposures.</summary>
    public static Expose List(ReadOnlySpan<Exposure> items) => items.IsEmpty ? Nothing : new Expose(ValueList.Create(items), isList: true);

    /// <summary>One exposure alone.</summary>
    public static Expose Single(Exposure item) => new([item], isList: false);

    /// <summary>One port.</summary>
    public static implicit operator Expose(int port) => Single(port);

    /// <summary>One exposure alone.</summary>
    public static implicit operator Expose(Exposure item) => Single(item);

    /// <inheritdoc/>
    public bool Equals(Expose? other) => other is not null && IsList == other.IsList && _items.Equals(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Expose);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsList, _items);

    /// <summary>The exposures.</summary>
    public override string ToString() => IsList ? _items.ToString() : _items[0].ToString();

    /// <inheritdoc/>
    public IEnumerator<Exposure> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
