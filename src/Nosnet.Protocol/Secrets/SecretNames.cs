using System.Text;
using System.Text.RegularExpressions;

namespace Nosnet.Protocol;

/// <summary>The names of secrets, and where a job definition has them: as <c>%%secrets.NAME%%</c>, wherever a literal may stand.</summary>
public static partial class SecretNames
{
    /// <summary>What a literal of a secret begins with, without its percent signs.</summary>
    public const string Root = "secrets";

    /// <summary>Whether a text is a name: a letter or '_', then up to 63 letters, digits and '_'.</summary>
    public static bool IsValid(string text) => Whole.IsMatch(text);

    /// <summary>Whether a text has a secret in it.</summary>
    public static bool IsIn(string? text) => text is not null && Within.IsMatch(text);

    /// <summary>The names that the operations of a definition, and what holds for all of them, ask for; each once, in their order.</summary>
    public static IReadOnlyList<string> In(JobDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        // The writer leaves percent signs and the characters of names as they are.
        var json = Encoding.UTF8.GetString((definition with { Meta = null }).ToUtf8Bytes());
        return [.. Within.Matches(json).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole { get; }

    // Whatever stands where a name belongs is asked for, so that one that cannot be is refused and not passed over.
    [GeneratedRegex(@"%%secrets\.([^%\s""\\]+)%%", RegexOptions.CultureInvariant)]
    private static partial Regex Within { get; }
}
