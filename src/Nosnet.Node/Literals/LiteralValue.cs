namespace Nosnet.Node;

/// <summary>What a literal stands for: one text, or the texts of a result.</summary>
internal readonly record struct LiteralValue(IReadOnlyList<string> Texts, bool IsList)
{
    /// <summary>Whether it stays the text that it is, also where JSON may stand: a secret that is written anew could not be masked.</summary>
    public bool IsVerbatim { get; private init; }

    /// <summary>As it reads within other text: the texts of a list with a space between.</summary>
    public string Text => string.Join(' ', Texts);

    /// <summary>How many characters that is.</summary>
    public long Length => Texts.Sum(text => (long)text.Length) + Math.Max(0, Texts.Count - 1);

    public static LiteralValue Of(string text) => new([text], IsList: false);

    public static LiteralValue Secret(string text) => Of(text) with { IsVerbatim = true };

    public static LiteralValue List(IReadOnlyList<string> texts) => new(texts, IsList: true);
}

/// <summary>An operation's arguments cannot be filled in.</summary>
internal sealed class LiteralException(string message) : Exception(message);
