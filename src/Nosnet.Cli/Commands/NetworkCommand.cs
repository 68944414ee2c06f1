using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>A command that talks to a network.</summary>
internal abstract class NetworkCommand : Command
{
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _json = JsonOption.Create();

    protected NetworkCommand(Terminal terminal, string name, string description)
        : base(name, description)
    {
        Terminal = terminal;
        SetAction(async (parsed, cancellation) =>
        {
            using var client = _connection.Connect(parsed, terminal);
            return await RunAsync(client, parsed, cancellation);
        });
    }

    protected Terminal Terminal { get; }

    /// <summary>Adds the options that all of them have, behind the command's own.</summary>
    protected void AddCommonOptions()
    {
        Add(_json);
        AddConnectionOptions();
    }

    /// <summary>The same, of a command whose data is no JSON.</summary>
    protected void AddConnectionOptions() => _connection.AddTo(this);

    protected bool WantsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Prints a list: as it came where JSON is wanted, and else a row per item.</summary>
    protected int PrintList<T>(ParseResult parsed, IEnumerable<T> items, Func<T, JsonElement> json, string[] headings, Func<T, object?[]> row)
    {
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(writer =>
            {
                writer.WriteStartArray();
                foreach (var item in items)
                    json(item).WriteTo(writer);
                writer.WriteEndArray();
            });
            return ExitCodes.Ok;
        }

        var list = Drawings.List(headings);
        foreach (var item in items)
            list.Row(row(item));
        Terminal.DrawList(list);
        return ExitCodes.Ok;
    }

    /// <summary>Does it and gives the exit code.</summary>
    protected abstract Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation);
}
