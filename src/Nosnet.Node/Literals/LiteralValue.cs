namespace Nosnet.Node;

/// <summary>What a literal stands for: one text, or the texts of a result.</summary>
internal readonly record struct LiteralValue(IReadOnlyList<string> Texts, bool IsList)
{
    /// <summary>As it reads within other text: the texts of a list with a space between.</summary>
    public string Text => string.Join(' ', Texts);

    public static LiteralValue Of(string text) => new([text], IsList: false);

    public static LiteralValue List(IReadOnlyList<string> texts) => new(texts, IsList: true);
}

/// <summary>An operation's arguments cannot be filled in.</summary>
internal sealed class LiteralException(string message) : Exception(message);
