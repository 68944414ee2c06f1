using System.Text.RegularExpressions;

namespace Nosnet.Protocol;

/// <summary>Text of the form <c>%%ops.a.host%%</c>, for which the node puts a value just before the operation starts.</summary>
public static partial class Literal
{
    /// <summary>An item that takes itself, and its list if nothing else is in it, out of the arguments.</summary>
    public const string RemoveIfEmpty = "__remove-if-empty__";

    /// <summary>The field of an object whose value is put in the object's place.</summary>
    public const string Spread = "__spread__";

    /// <summary>The name in an environment whose value is a list of names and values.</summary>
    public const string Pairs = "__pairs__";

    /// <summary>Whether a text is one literal and nothing else, by the test of the official validator.</summary>
    /// <remarks>That test lets any character follow "ops" or "global", so <c>%%globals.job%%</c> passes as well.</remarks>
    public static bool IsWhole(string text) => Whole.IsMatch(text);

    /// <summary>Whether a literal may stand somewhere in a text, which then cannot be judged before the node has its value.</summary>
    public static bool MayContain(string text)
    {
        var start = text.IndexOf("%%", StringComparison.Ordinal);
        return start >= 0 && text.IndexOf("%%", start + 2, StringComparison.Ordinal) > start + 2;
    }

    [GeneratedRegex(@"\A%%(ops|global)[^\n\r\u2028\u2029][^%]+%%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole { get; }
}
