using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The options that name a part of a job, an operation or a group of them, and what is said of its operations then.</summary>
internal sealed class OperationChoice(string verb)
{
    private readonly Option<string?> _operation = new("--op") { Description = $"{verb} this operation alone; the job goes on.", HelpName = "id" };
    private readonly Option<string?> _group = new("--group") { Description = $"{verb} the operations of this group alone; the job goes on.", HelpName = "name" };

    public void AddTo(Command command)
    {
        command.Add(_operation);
        command.Add(_group);
    }

    /// <summary>The operation or the group that is named; null for both where none is.</summary>
    private (string? Operation, string? Group) Of(ParseResult parsed) => (parsed.GetValue(_operation), parsed.GetValue(_group)) switch
    {
        ({ Length: > 0 }, { Length: > 0 }) => throw new UsageException("Name an operation (--op) or a group (--group), not both."),
        var (operation, group) => (operation is { Length: > 0 } ? operation : null, group is { Length: > 0 } ? group : null),
    };

    /// <summary>Does with the part that is named what is to be done with it; null where none is named.</summary>
    public async Task<IReadOnlyList<OperationView>?> DoAsync(
        ParseResult parsed, Func<string, Task<IReadOnlyList<OperationView>>> withOperation, Func<string, Task<IReadOnlyList<OperationView>>> withGroup) => Of(parsed) switch
        {
            ({ } operation, _) => await withOperation(operation),
            (_, { } group) => await withGroup(group),
            _ => null,
        };

    public static void Print(Terminal terminal, IReadOnlyList<OperationView> operations, bool json)
    {
        if (json)
        {
            terminal.PrintJson(System.Text.Json.JsonSerializer.SerializeToElement(operations, ProtocolJson.Default.IReadOnlyListOperationView));
            return;
        }
        var list = Drawings.List("OPERATION", "GROUP", "STATE", "STARTED", "ENDED", "EXIT CODE", "RESTARTS", "REASON");
        foreach (var one in operations)
            list.Row(one.OpId, one.Group, one.Status.ToString().ToLowerInvariant(), one.StartedAt, one.EndedAt, one.ExitCode, one.Restarts, one.Reason);
        terminal.DrawList(list);
    }
}
