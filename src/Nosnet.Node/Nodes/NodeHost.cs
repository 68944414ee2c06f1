using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A node: it dials its server, takes runs, and carries them out with its container engine.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    // Streams may have no end: those are cut, and whoever reads them begins again.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    private readonly KeyPair _key;
    private readonly NosanaClient _client;
    private readonly NodeSession _session;
    private readonly RunKeeper _runs;
    private readonly WebApplication _app;
    private readonly NodeAgent _agent;
    private readonly ReadyImages _ready;
    private readonly CancellationTokenSource _stopping = new();
    private readonly bool _takesRunsWithIt;
    private readonly JobFirewall? _firewall;
    private readonly TimeProvider _time;
    private Task _working = Task.CompletedTask;

    private NodeHost(NodeOptions options, NodeBox box, Machine machine, KeyPair key, NosanaClient client, ILoggerFactory loggers)
    {
        _key = key;
        _client = client;
        _takesRunsWithIt = options.TakesRunsWithIt;
        _firewall = box.Firewall;
        Policy = box.Policy;
        _time = options.Time;
        Address = new NodeAddress(key.Address);
        _session = client.Nodes.Session(key);
        Server = new ServerLink(_session, options.Time, loggers.CreateLogger<ServerLink>());
        var settings = new RunSettings
        {
            Network = options.Server.Authority,
            Node = Address,
            Limits = box.Limits,
            LogQuota = box.LogQuota,
            Policy = box.Policy,
            CacheDirectory = Path.Combine(options.DataDirectory, "cache"),
            Resources = options.Resources,
            Server = options.Server,
            Sign = text => SignedMessage.Create(key, text, options.Time),
            Gpus = machine.Hardware.Gpus,
            OffersAllGpus = machine.OffersAllGpus,
            Slots = options.Slots,
        };
        _runs = new RunKeeper(options.Engine, settings, Path.Combine(options.DataDirectory, "runs"), Server, options.Time, loggers.CreateLogger<RunKeeper>());
        _agent = new NodeAgent(_session, _runs, machine.Hardware, box.Policy, options, loggers.CreateLogger<NodeAgent>());

        _ready = new ReadyImages(client, options.Market, _runs.Images, box.Policy, options.Time, loggers.CreateLogger<ReadyImages>());

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "nosnet" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseTunnel(options.Server, _session.TokenAsync, options.Time);
        _app = builder.Build();
        _app.UseMiddleware<ServiceSplice>(_runs);
        _app.UseRouting();
        _app.MapHold(options.Time);
        _app.MapNode(_runs, new NodeAbout(Address, options.Time.GetUtcNow()) { Policy = box.Policy });
    }

    /// <summary>The node's address.</summary>
    public NodeAddress Address { get; }

    /// <summary>What it holds jobs to: its operator's policy as it is in force here.</summary>
    public NodePolicy Policy { get; }

    private ServerLink Server { get; }

    /// <summary>Makes the node known where it is new, takes up what it was doing when it last ended, and waits for jobs.</summary>
    /// <exception cref="NodeSetupException">It cannot start; the message says why and what to do.</exception>
    public static async Task<NodeHost> StartAsync(NodeOptions options, CancellationToken cancellation)
    {
        OwnerOnly.CreateDirectory(options.DataDirectory);
        var loggers = LoggerFactory.Create(logging =>
        {
            options.Logging?.Invoke(logging);
            // It would make an activity for every request, to name it in what is logged.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        });
        var box = await NodeBox.PrepareAsync(options, loggers, cancellation).ConfigureAwait(false);
        var machine = await Machine.ReadAsync(options.Engine, options.DataDirectory, options.Gpus, loggers.CreateLogger<NodeHost>(), cancellation).ConfigureAwait(false);
        var key = NodeKey.LoadOrCreate(NodeKey.PathIn(options.DataDirectory));
        var client = new NosanaClient(new NosanaClientOptions { BaseUrl = options.Server, ApiKey = options.ApiKey, TimeProvider = options.Time });
        var node = new NodeHost(options, box, machine, key, client, loggers);
        try
        {
            await node.BecomeKnownAsync(options, cancellation).ConfigureAwait(false);
            await node._runs.RecoverAsync(cancellation).ConfigureAwait(false);
            await node._app.StartAsync(cancellation).ConfigureAwait(false);
            await node._agent.BeginAsync(node.Server, cancellation).ConfigureAwait(false);
            node._working = node.WorkAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await _working.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_working.IsFaulted)
            await _working.ConfigureAwait(false);
    }

    /// <summary>Ends the node. Its containers go on running and are taken up when it starts again, unless it was told to take them with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_takesRunsWithIt)
            await _runs.AbandonAllAsync().ConfigureAwait(false);
        else
            await DrainAsync().ConfigureAwait(false);
        await _runs.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _session.Dispose();
        _client.Dispose();
        _key.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What is under way through the tunnel comes to its end; what comes after it, the server holds for the process that follows.</summary>
    private async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(DrainTime, _time);
        await _app.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>No part is any use without the others: where one fails, the node has failed.</summary>
    private async Task WorkAsync()
    {
        var parts = (Task[])
        [
            _agent.RunAsync(_stopping.Token),
            _runs.ReapAlwaysAsync(_stopping.Token),
            _ready.RunAsync(_stopping.Token),
            .. _firewall is null ? (Task[])[] : [_firewall.KeepAsync(_stopping.Token)],
        ];
        await await Task.WhenAny(parts).ConfigureAwait(false);
    }

    private async Task BecomeKnownAsync(NodeOptions options, CancellationToken cancellation)
    {
        try
        {
            if (options.ApiKey is null)
                await Server.UntilAnsweredAsync(token => _client.Nodes.GetAsync(Address, token), cancellation).ConfigureAwait(false);
            else
                await Server.UntilAnsweredAsync(token => _session.RegisterAsync(options.Name, token), cancellation).ConfigureAwait(false);
        }
        catch (NosanaNotFoundException)
        {
            throw new NodeSetupException(
                $"{options.Server} does not know this node ({Address}). Start it once with an API key that has the scope {Scopes.NodesRegister}: --key, or {NosanaClientOptions.ApiKeyVariable}.");
        }
        catch (NosanaException refusal)
        {
            throw new NodeSetupException($"{options.Server} does not take this node: {refusal.Message}", refusal);
        }
    }
}
