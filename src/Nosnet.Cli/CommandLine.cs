using System.CommandLine;
using System.CommandLine.Invocation;
using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>Runs a command line: the one place where mistakes and failures become sentences and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>How long a command has after Ctrl-C or SIGTERM: a node with many runs writes down where each of them stands.</summary>
    private static readonly TimeSpan EndingTakesAtMost = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(RootCommand root, string[] args, Terminal terminal)
    {
        root.HelpName = "nosnet";
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
            return await MisusedAsync(root, parsed, args, terminal);
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = EndingTakesAtMost,
            };
            return await parsed.InvokeAsync(invocation);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (UsageException e)
        {
            return Failed(terminal, ExitCodes.Usage, e.Message, e.Findings);
        }
        catch (NosanaException e)
        {
            return Failed(terminal, Code(e), Sentence(e), Findings(e));
        }
        catch (Exception e) when (e is ServerSetupException or NodeSetupException or EngineUnavailableException or IOException or UnauthorizedAccessException)
        {
            return Failed(terminal, ExitCodes.Error, e.Message, []);
        }
        catch (Exception e) when (terminal.Variable("NOSNET_TRACE") is null or "")
        {
            return Failed(terminal, ExitCodes.Error, $"{e.Message} This should not happen; NOSNET_TRACE=1 shows where it did ({e.GetType().Name}).", []);
        }
    }

    /// <summary>System.CommandLine would write the usage to standard output, where a script expects data.</summary>
    private static async Task<int> MisusedAsync(RootCommand root, ParseResult parsed, string[] args, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Tokens.Count == 0 || (command.Subcommands.Count > 0 && command.Action is null && parsed.UnmatchedTokens.Count == 0))
        {
            await root.Parse([.. args, "--help"]).InvokeAsync(new InvocationConfiguration { Output = terminal.Error, Error = terminal.Error });
            return ExitCodes.Usage;
        }
        var path = string.Join(' ', parsed.CommandResult.Path());
        return Failed(terminal, ExitCodes.Usage, $"{Mistakes.Sentence(parsed, path)} See '{path} --help'.", []);
    }

    private static IEnumerable<string> Path(this System.CommandLine.Parsing.CommandResult command) =>
        (command.Parent as System.CommandLine.Parsing.CommandResult)?.Path().Append(command.Command.Name) ?? ["nosnet"];

    private static int Failed(Terminal terminal, int code, string sentence, IReadOnlyList<string> findings)
    {
        terminal.Say($"nosnet: {Plain.Text(sentence)}");
        foreach (var finding in findings)
            terminal.Say($"  {Plain.Text(finding)}");
        return code;
    }

    private static int Code(NosanaException e) => e switch
    {
        NosanaConnectionException or NosanaUnavailableException => ExitCodes.Unreachable,
        { Status: null } when e.Is(ErrorCode.InvalidDefinition) => ExitCodes.Usage,
        _ => ExitCodes.Error,
    };

    private static string Sentence(NosanaException e) => e switch
    {
        NosanaConnectionException { MayHaveBeenCarriedOut: true } => $"{CommandWords.Of(e.Message)} What was asked may have been done all the same; look before asking again.",
        NosanaUnauthenticatedException => $"{CommandWords.Of(e.Message)} Give an API key with --key or {NosanaClientOptions.ApiKeyVariable}.",
        NosanaUnavailableException { RetryAfter: { } wait } => $"{CommandWords.Of(e.Message)} The network asks to wait {Durations.Format(wait)}.",
        _ => CommandWords.Of(e.Message),
    };

    private static string[] Findings(NosanaException e) =>
        [.. e.Details.Select(d => CommandWords.Of(d.Message.StartsWith(d.Path, StringComparison.Ordinal) ? d.Message : $"{d.Path}: {d.Message}"))];
}
