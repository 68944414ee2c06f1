using System.CommandLine;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>Runs a network's server, with a node beside it where asked.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Option<string[]> _url = new("--url") { Description = "Where to listen; may be repeated. Port 0 takes a free one. [default: http://127.0.0.1:8080]", HelpName = "url" };
    private readonly Option<string?> _data = new("--data") { Description = $"Where the network lives. [default: {DataDirectories.Of("server")}]", HelpName = "directory" };
    private readonly Option<string?> _publicUrl = new("--public-url") { Description = "The URL under which others know the server, where a proxy stands before it.", HelpName = "url" };
    private readonly Option<string?> _endpointDomain = new("--endpoint-domain") { Description = "The domain under which exposed ports answer. [default: localhost:PORT]", HelpName = "domain" };
    private readonly Option<TimeoutUnit> _unit = new("--post-timeout-unit") { Description = "What 'timeout' counts when a job is posted.", HelpName = "seconds|minutes" };
    private readonly Option<bool> _node = new("--node") { Description = "Run a node of the first market beside the server." };
    private readonly Option<int> _slots = NodeSettings.Slots();

    public ServeCommand(Terminal terminal)
        : base("serve", "Runs a network's server.")
    {
        _terminal = terminal;
        Add(_url);
        Add(_data);
        Add(_publicUrl);
        Add(_endpointDomain);
        Add(_unit);
        Add(_node);
        Add(_slots);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var data = parsed.GetValue(_data) ?? DataDirectories.Of("server");
        await using var server = await NosnetServer.StartAsync(
            new ServerOptions
            {
                DataDirectory = data,
                Urls = parsed.GetValue(_url) is { Length: > 0 } urls ? urls : ["http://127.0.0.1:8080"],
                PublicUrl = parsed.GetValue(_publicUrl),
                EndpointDomain = parsed.GetValue(_endpointDomain),
                PostTimeoutUnit = parsed.GetValue(_unit),
                OperatorKey = _terminal.Variable(ServerOptions.OperatorKeyVariable) is { Length: > 0 } key ? key : null,
                Logging = ServiceLog.To(_terminal),
            },
            cancellation);
        _terminal.Say($"nosnet is ready at {server.Url}");
        if (File.Exists(server.OperatorKeyPath))
            _terminal.Say($"The operator's API key is in {server.OperatorKeyPath}");

        if (!parsed.GetValue(_node))
        {
            await server.RunAsync(cancellation);
            return ExitCodes.Ok;
        }

        await using var engine = await EngineChoice.FindAsync(data, _terminal, ServiceLog.To(_terminal), install: false, cancellation);
        await using var node = await NodeSettings.StartBesideAsync(server, data, engine, parsed.GetValue(_slots), takesRunsWithIt: false, ServiceLog.To(_terminal), cancellation);
        _terminal.Say($"The node {node.Address} waits for jobs with {engine.Description}.");
        await await Task.WhenAny(server.RunAsync(cancellation), node.RunAsync(cancellation));
        return ExitCodes.Ok;
    }
}
