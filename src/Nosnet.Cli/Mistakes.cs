using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nosnet.Cli;

/// <summary>What was mistyped, in a sentence. System.CommandLine would take an unknown option for a command, and name the types of values as .NET does.</summary>
internal static partial class Mistakes
{
    /// <param name="parsed">What was typed, as far as it could be read.</param>
    /// <param name="path">The command that it was read as.</param>
    public static string Sentence(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens switch
        {
            [['-', ..] option, ..] when command.Options.Any(o => o.Name == option) => $"{option} goes behind its command: {path} {option}.",
            [['-', ..] option, ..] => $"'{path}' has no option {option}.{DidYouMean("", option, command.Options)}",
            [var word, ..] when command.Subcommands.Count > 0 => $"There is no '{path} {word}'.{DidYouMean($"{path} ", word, command.Subcommands)}",
            _ => string.Join(" ", parsed.Errors.Select(Sentence).Distinct()),
        };
    }

    private static string DidYouMean(string before, string typed, IEnumerable<Symbol> known) =>
        NearWord.To(typed, known.Where(k => !k.Hidden).Select(k => k.Name)) is { } near ? $" Did you mean '{before}{near}'?" : "";

    private static string Sentence(ParseError error) => (error.SymbolResult, Unreadable().Match(error.Message)) switch
    {
        ({ } at, { Success: true } match) when Takes(at) is { } takes => $"{takes}; not '{match.Groups["text"].Value}'.",
        _ => error.Message,
    };

    private static string? Takes(SymbolResult at) => at switch
    {
        OptionResult { Option: var option } => $"{option.Name} takes {Values(option.ValueType)}",
        ArgumentResult { Parent: OptionResult option } => Takes(option),
        ArgumentResult { Argument: var argument } => $"'{argument.Name}' takes {Values(argument.ValueType)}",
        _ => null,
    };

    private static string Values(Type type)
    {
        type = type.GetElementType() ?? type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!type.IsEnum)
            return type == typeof(decimal) ? "a number" : type.IsPrimitive && type != typeof(bool) ? "a whole number" : "another value";
        var words = Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName).ToList();
        return $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
    }

    [GeneratedRegex("^Cannot parse argument '(?<text>.*?)' (for|as) .*expected type", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Unreadable();
}
