using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Finds values for one operation, and no more of them than a definition may hold: a short literal can stand for a long text, and stand there thousands of times.</summary>
internal sealed class BoundedLiterals(Func<string, LiteralValue?> find)
{
    private long _left = DefinitionLimits.Bytes;

    /// <exception cref="LiteralException">With this value it is too much; it is said before anything is made of the value.</exception>
    public LiteralValue? Find(string literal)
    {
        if (find(literal) is not { } value)
            return null;
        _left -= value.Length;
        return _left >= 0
            ? value
            : throw new LiteralException(
                $"With its literals filled in, it is larger than {DefinitionLimits.Bytes} bytes, which no operation may be. Use fewer literals, or hand on what is large in a volume.");
    }
}
