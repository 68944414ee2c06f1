using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Nosnet.Cli;

/// <summary>Amounts of data as people type them.</summary>
internal static partial class Sizes
{
    /// <summary>Reads <c>500M</c>, <c>200G</c>, <c>1.5T</c>, in powers of 1,024, also with <c>iB</c> behind; a bare number is bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (Form().Match(text.Trim()) is not { Success: true } match)
            return false;
        var power = match.Groups["unit"] is { Success: true } unit ? "KMGT".IndexOf(char.ToUpperInvariant(unit.Value[0]), StringComparison.Ordinal) + 1 : 0;
        bytes = (long)(decimal.Parse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * (1L << (10 * power)));
        return bytes > 0;
    }

    /// <summary>An option that takes an amount of data.</summary>
    public static Option<long?> Option(string name, string description) =>
        new(name) { Description = description, HelpName = "size", CustomParser = Parse };

    private static long? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (TryParse(text, out var bytes))
            return bytes;
        result.AddError($"'{text}' is no amount of data; one looks like 500M, 200G or 1.5T.");
        return null;
    }

    [GeneratedRegex(@"^(?<number>\d{1,6}(\.\d{1,3})?)(?<unit>[KMGT])(iB|B)?$|^(?<number>\d{1,15})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
