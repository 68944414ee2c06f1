using System.CommandLine;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The caps of an account or of an API key.</summary>
internal sealed class CapOptions
{
    private readonly Option<Credits?> _reserved = Amount("--max-reserved", "The most that is held for jobs at once, in USD. [default: no cap]");
    private readonly Option<Credits?> _day = Amount("--max-per-day", "The most of one day of UTC, in USD. [default: no cap]");
    private readonly Option<Credits?> _job = Amount("--max-per-job", "The most that is held for one job, in USD. [default: no cap]");

    public void AddTo(Command command)
    {
        command.Add(_reserved);
        command.Add(_day);
        command.Add(_job);
    }

    public SpendingCaps Read(ParseResult parsed) => new()
    {
        MaxReservedUsd = parsed.GetValue(_reserved),
        MaxPerDayUsd = parsed.GetValue(_day),
        MaxPerJobUsd = parsed.GetValue(_job),
    };

    private static Option<Credits?> Amount(string name, string description) => new(name) { Description = description, HelpName = "usd", CustomParser = Parsed.Amount };
}
