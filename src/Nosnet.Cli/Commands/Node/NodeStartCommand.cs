using System.CommandLine;
using Nosnet.Client;
using Nosnet.Node;

namespace Nosnet.Cli;

/// <summary>Makes this machine a node of a network.</summary>
internal sealed class NodeStartCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Option<string?> _url = new("--url") { Description = $"The server. [default: {NosanaClientOptions.UrlVariable}]", HelpName = "url" };
    private readonly Option<string?> _key = new("--key") { Description = $"An API key that may register nodes; needed the first time. [default: {NosanaClientOptions.ApiKeyVariable}]", HelpName = "key" };
    private readonly Option<string> _market = new("--market") { Description = "The market to work for, by address or short name.", HelpName = "market", DefaultValueFactory = _ => "default" };
    private readonly Option<string> _name = new("--name") { Description = "What people call this machine.", HelpName = "text", DefaultValueFactory = _ => Environment.MachineName };
    private readonly Option<string?> _data = new("--data") { Description = $"Where the node keeps its key and its runs. [default: {DataDirectories.Of("node")}]", HelpName = "directory" };
    private readonly MachineOptions _machine = new();

    public NodeStartCommand(Terminal terminal)
        : base("start", "Makes this machine a node that runs jobs.")
    {
        _terminal = terminal;
        Add(_url);
        Add(_key);
        Add(_market);
        Add(_name);
        Add(_data);
        _machine.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var url = parsed.GetValue(_url) ?? _terminal.Variable(NosanaClientOptions.UrlVariable);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw new UsageException($"Say which server: --url http://HOST:PORT, or {NosanaClientOptions.UrlVariable}.");
        var machine = _machine.Read(parsed);
        var data = parsed.GetValue(_data) ?? DataDirectories.Of("node");
        await using var engine = await EngineChoice.FindAsync(data, _terminal, ServiceLog.To(_terminal), install: false, machine.Policy.Runtime, cancellation);
        await using var node = await NodeHost.StartAsync(
            new NodeOptions
            {
                Server = server,
                ApiKey = parsed.GetValue(_key) ?? _terminal.Variable(NosanaClientOptions.ApiKeyVariable),
                DataDirectory = data,
                Name = parsed.GetRequiredValue(_name),
                Market = parsed.GetRequiredValue(_market),
                Slots = machine.Slots,
                Policy = machine.Policy,
                Gpus = machine.Gpus,
                Resources = machine.Resources,
                Engine = engine.Engine,
                Logging = ServiceLog.To(_terminal),
            },
            cancellation);
        _terminal.Say($"The node {node.Address} waits for jobs with {engine.Description}.");
        await node.RunAsync(cancellation);
        return ExitCodes.Ok;
    }
}
