using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>Options and arguments whose values are types of ours; a text that is none is refused in the type's own words.</summary>
internal static class Parsed
{
    public static Argument<T> Argument<T>(string name, string description)
        where T : struct, IParsable<T> =>
        new(name) { Description = description, CustomParser = result => Value<T>(result) ?? default };

    public static Option<T?> Option<T>(string name, string description, string helpName)
        where T : struct, IParsable<T> =>
        new(name) { Description = description, HelpName = helpName, CustomParser = result => Value<T>(result) };

    /// <summary>An amount of credits.</summary>
    public static Credits? Amount(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (decimal.TryParse(text.TrimStart('$'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && Credits.TryFromUsd(usd, out var credits))
            return credits;
        result.AddError($"'{text}' is no amount of credits; one is in USD with at most nine decimals, such as 12.5.");
        return null;
    }

    public static Cid Cid(ArgumentResult result)
    {
        try
        {
            return Protocol.Cid.Parse(result.Tokens.Single().Value);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }

    private static T? Value<T>(ArgumentResult result)
        where T : struct, IParsable<T>
    {
        try
        {
            return T.Parse(result.Tokens.Single().Value, CultureInfo.InvariantCulture);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return null;
        }
    }
}
