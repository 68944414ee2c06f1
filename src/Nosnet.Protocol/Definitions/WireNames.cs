namespace Nosnet.Protocol;

/// <summary>The fixed strings by which the values of an enum go over the wire.</summary>
internal sealed class WireNames<T>(params (T Value, string Name)[] names)
    where T : struct, Enum
{
    /// <summary>What is allowed, for a sentence: <c>"a", "b" or "c"</c>.</summary>
    public string Allowed { get; } = Sentence.Choice(names.Select(n => $"\"{n.Name}\""));

    public string this[T value]
    {
        get
        {
            foreach (var name in names)
            {
                if (EqualityComparer<T>.Default.Equals(name.Value, value))
                    return name.Name;
            }
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(T).Name} has no such value.");
        }
    }

    public bool TryRead(string text, out T value)
    {
        foreach (var name in names)
        {
            if (name.Name == text)
            {
                value = name.Value;
                return true;
            }
        }
        value = default;
        return false;
    }
}
