using System.Collections;
using System.Runtime.CompilerServices;

namespace Nosnet.Protocol;

/// <summary>
/// What a definition may write as one text or as a list of texts, a difference that it keeps: <c>"echo hi"</c> is a line for a shell,
/// <c>["echo", "hi"]</c> are the words themselves.
/// </summary>
[CollectionBuilder(typeof(TextOrList), nameof(Of))]
public sealed class TextOrList : IReadOnlyList<string>, IEquatable<TextOrList>
{
    private readonly string[] _items;

    private TextOrList(string[] items, bool isText)
    {
        _items = items;
        IsText = isText;
    }

    /// <summary>Whether it was written as one text.</summary>
    public bool IsText { get; }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public string this[int index] => _items[index];

    /// <summary>One text.</summary>
    public static TextOrList Of(string text) => new([text], isText: true);

    /// <summary>A list of texts, which are copied.</summary>
    public static TextOrList Of(ReadOnlySpan<string> items) => new(items.ToArray(), isText: false);

    /// <summary>One text.</summary>
    public static implicit operator TextOrList(string text) => Of(text);

    /// <inheritdoc/>
    public bool Equals(TextOrList? other) => other is not null && IsText == other.IsText && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TextOrList);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.Aggregate(HashCode.Combine(IsText), HashCode.Combine);

    /// <summary>The text, or the items between brackets.</summary>
    public override string ToString() => IsText ? _items[0] : $"[{string.Join(", ", _items)}]";

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
