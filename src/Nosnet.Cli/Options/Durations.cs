using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Nosnet.Cli;

/// <summary>Durations as people type and read them.</summary>
internal static partial class Durations
{
    private const string Refusal = "is no duration; one looks like 90s, 60m, 2h, 1h30m or 1d, and a bare number is minutes.";

    /// <summary>Reads <c>90s</c>, <c>60m</c>, <c>2h</c>, <c>1h30m</c>, <c>1d</c>; a bare number is minutes.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (Form().Match(text.Trim()) is not { Success: true } match)
            return false;
        var seconds = Number(match, "d") * 86_400 + Number(match, "h") * 3_600 + (Number(match, "m") + Number(match, "bare")) * 60 + Number(match, "s");
        if (seconds is <= 0 or > 3_650m * 86_400)
            return false;
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return duration > TimeSpan.Zero;
    }

    /// <summary>As a person would type it, to the two largest units.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s");
        return Typed(Parts(TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds))).Take(2));
    }

    /// <summary>As a person would type it, to the second: for limits, where a second less is another answer.</summary>
    public static string Exactly(TimeSpan duration) => duration < TimeSpan.FromSeconds(1) ? "0s" : Typed(Parts(duration));

    /// <summary>An option that takes a duration.</summary>
    public static Option<TimeSpan?> Option(string name, string description) =>
        new(name) { Description = description, HelpName = "duration", CustomParser = result => Parse(result) };

    /// <summary>An argument that is a duration.</summary>
    public static Argument<TimeSpan> Argument(string name, string description) =>
        new(name) { Description = description, CustomParser = result => Parse(result) ?? default };

    private static IEnumerable<(int Amount, string Unit)> Parts(TimeSpan duration) =>
        new[] { (duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s") }.SkipWhile(p => p.Item1 == 0);

    private static string Typed(IEnumerable<(int Amount, string Unit)> parts) => string.Concat(parts.Where(p => p.Amount > 0).Select(p => $"{p.Amount}{p.Unit}"));

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (TryParse(text, out var duration))
            return duration;
        result.AddError($"'{text}' {Refusal}");
        return null;
    }

    private static decimal Number(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? decimal.Parse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(?<bare>\d{1,9}(\.\d{1,3})?)|(?=\d)(?:(?<d>\d{1,9}(\.\d{1,3})?)d)?(?:(?<h>\d{1,9}(\.\d{1,3})?)h)?(?:(?<m>\d{1,9}(\.\d{1,3})?)m)?(?:(?<s>\d{1,9}(\.\d{1,3})?)s)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
