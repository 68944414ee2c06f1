using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Nosnet.Protocol;

/// <summary>What to keep of an operation's log: the groups of every line that matches.</summary>
/// <param name="Pattern">A regular expression that can be matched in time linear to the line; <c>*</c> alone matches every line.</param>
public sealed record ResultRule([StringSyntax(StringSyntaxAttribute.Regex)] string Pattern)
{
    /// <summary>The sources whose lines are looked at; empty: all.</summary>
    public ValueList<LogSource> Sources { get; init; } = [];

    /// <summary>A rule for the lines of all sources.</summary>
    public static implicit operator ResultRule(string pattern) => new(pattern);

    /// <summary>The expression, ready to match. It cannot be made to run long by a hostile log: there is no backtracking.</summary>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking (lookaround, backreferences) or grows too large.</exception>
    public Regex Compile() =>
        new(Pattern == "*" ? "/*" : Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
