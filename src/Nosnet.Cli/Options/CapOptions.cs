using System.CommandLine;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The caps of an account or of an API key.</summary>
internal sealed class CapOptions
{
    private readonly Option<Credits?> _reserved = Amount("--max-reserved", "The most that is held for jobs at once, in USD. [default: no cap]");
    private readonly Option<Credits?> _day = Amount("--max-per-day", "The most of one day of UTC, in USD. [default: no cap]");
    private readonly Option<Credits?> _job = Amount("--max-per-job", "The most that is held for one job, in USD. [default: no cap]");

    private readonly Option<bool> _none = new("--none") { Description = "Take all caps away." };

    public void AddTo(Command command)
    {
        command.Add(_reserved);
        command.Add(_day);
        command.Add(_job);
    }

    /// <summary>For a command that sets caps: it takes all away only where it is told to.</summary>
    public void AddWithNoneTo(Command command)
    {
        AddTo(command);
        command.Add(_none);
    }

    public SpendingCaps ReadOrNone(ParseResult parsed)
    {
        var caps = Read(parsed);
        return caps.IsEmpty == parsed.GetValue(_none)
            ? caps
            : throw new UsageException(caps.IsEmpty ? "Which caps? Give those that it shall have, or --none to take all away." : "Give caps or --none, not both.");
    }

    public SpendingCaps Read(ParseResult parsed) => new()
    {
        MaxReservedUsd = parsed.GetValue(_reserved),
        MaxPerDayUsd = parsed.GetValue(_day),
        MaxPerJobUsd = parsed.GetValue(_job),
    };

    private static Option<Credits?> Amount(string name, string description) => new(name) { Description = description, HelpName = "usd", CustomParser = Parsed.Amount };
}
