using System.CommandLine;
using Nosnet.Node;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>Runs a network's server, with a node beside it where asked.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Option<string[]> _url = new("--url") { Description = "Where to listen; may be repeated. Port 0 takes a free one. [default: http://127.0.0.1:8080]", HelpName = "url" };
    private readonly Option<string?> _data = new("--data") { Description = $"Where the network lives. [default: {DataDirectories.Of("server")}]", HelpName = "directory" };
    private readonly Option<string?> _store = new("--store") { Description = $"A PostgreSQL database instead of files in the data directory, such as \"Host=db;Database=nosnet\". [default: {ServerOptions.StoreVariable}]", HelpName = "connection" };
    private readonly Option<string?> _publicUrl = new("--public-url") { Description = "The URL under which others know the server, where a proxy stands before it.", HelpName = "url" };
    private readonly Option<string?> _internalUrl = new("--internal-url") { Description = "The URL under which other servers over the same database reach this one. [default: the first --url]", HelpName = "url" };
    private readonly Option<string?> _endpointDomain = new("--endpoint-domain") { Description = "The domain under which exposed ports answer. [default: localhost:PORT]", HelpName = "domain" };
    private readonly Option<string[]> _webhooks = new("--allow-webhook") { Description = "Where webhooks may go beyond the public internet: a host, host:port, address or network such as 10.0.0.0/8; may be repeated.", HelpName = "host" };
    private readonly Option<TimeoutUnit> _unit = new("--post-timeout-unit") { Description = "What 'timeout' counts when a job is posted.", HelpName = "seconds|minutes" };
    private readonly Option<bool> _node = new("--node") { Description = "Run a node of the first market beside the server." };
    private readonly MachineOptions _machine = new();

    public ServeCommand(Terminal terminal)
        : base("serve", "Runs a network's server.")
    {
        _terminal = terminal;
        Add(_url);
        Add(_data);
        Add(_store);
        Add(_publicUrl);
        Add(_internalUrl);
        Add(_endpointDomain);
        Add(_webhooks);
        Add(_unit);
        Add(_node);
        _machine.AddTo(this, _node);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var machine = _machine.Read(parsed);
        var data = parsed.GetValue(_data) ?? DataDirectories.Of("server");
        await using var server = await NosnetServer.StartAsync(
            new ServerOptions
            {
                DataDirectory = data,
                Store = Given(parsed.GetValue(_store)) ?? Given(_terminal.Variable(ServerOptions.StoreVariable)),
                Secret = Given(_terminal.Variable(ServerOptions.SecretVariable)),
                Urls = parsed.GetValue(_url) is { Length: > 0 } urls ? urls : ["http://127.0.0.1:8080"],
                PublicUrl = parsed.GetValue(_publicUrl),
                InternalUrl = Given(parsed.GetValue(_internalUrl)),
                EndpointDomain = parsed.GetValue(_endpointDomain),
                AllowedWebhookHosts = Hosts(parsed.GetValue(_webhooks) ?? []),
                PostTimeoutUnit = parsed.GetValue(_unit),
                OperatorKey = Given(_terminal.Variable(ServerOptions.OperatorKeyVariable)),
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

        await using var engine = await EngineChoice.FindAsync(data, _terminal, ServiceLog.To(_terminal), install: false, machine.Policy.Runtime, cancellation);
        await using var node = await NodeBeside.StartAsync(server, data, engine, machine, takesRunsWithIt: false, ServiceLog.To(_terminal), cancellation);
        _terminal.Say($"The node {node.Address} waits for jobs with {engine.Description}.");
        var (serving, working) = (server.RunAsync(cancellation), node.RunAsync(cancellation));
        await await Task.WhenAny(serving, working);
        // A node that was drained may end by itself; the server goes on.
        await serving;
        return ExitCodes.Ok;
    }

    private static IReadOnlyList<string> Hosts(string[] hosts)
    {
        try
        {
            return ResourceOptions.Check(hosts);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--allow-webhook: {e.Message}");
        }
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
