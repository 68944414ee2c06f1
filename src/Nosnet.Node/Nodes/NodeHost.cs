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
    private readonly KeyPair _key;
    private readonly NosanaClient _client;
    private readonly NodeSession _session;
    private readonly RunKeeper _runs;
    private readonly WebApplication _app;
    private readonly NodeAgent _agent;
    private readonly CancellationTokenSource _stopping = new();
    private readonly bool _takesRunsWithIt;
    private Task _working = Task.CompletedTask;

    private NodeHost(NodeOptions options, KeyPair key, NosanaClient client, ILoggerFactory loggers)
    {
        _key = key;
        _client = client;
        _takesRunsWithIt = options.TakesRunsWithIt;
        Address = new NodeAddress(key.Address);
        _session = client.Nodes.Session(key);
        Server = new ServerLink(_session, options.Time, loggers.CreateLogger<ServerLink>());
        var settings = new RunSettings { Network = options.Server.Authority, Node = Address, Limits = ContainerLimits.ShareOfThisMachine(options.Slots) };
        _runs = new RunKeeper(options.Engine, settings, Path.Combine(options.DataDirectory, "runs"), Server, options.Time, loggers.CreateLogger<RunKeeper>());
        _agent = new NodeAgent(_session, _runs, options, loggers.CreateLogger<NodeAgent>());

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "nosnet" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseTunnel(options.Server, _session.TokenAsync, options.Time);
        _app = builder.Build();
        _app.UseRouting();
        _app.MapNode(_runs);
    }

    /// <summary>The node's address.</summary>
    public NodeAddress Address { get; }

    private ServerLink Server { get; }

    /// <summary>Makes the node known where it is new, takes up what it was doing when it last ended, and waits for jobs.</summary>
    /// <exception cref="NodeSetupException">It cannot start; the message says why and what to do.</exception>
    public static async Task<NodeHost> StartAsync(NodeOptions options, CancellationToken cancellation)
    {
        OwnerOnly.CreateDirectory(options.DataDirectory);
        var loggers = LoggerFactory.Create(logging => options.Logging?.Invoke(logging));
        var key = NodeKey.LoadOrCreate(Path.Combine(options.DataDirectory, "node.key"));
        var client = new NosanaClient(new NosanaClientOptions { BaseUrl = options.Server, ApiKey = options.ApiKey, TimeProvider = options.Time });
        var node = new NodeHost(options, key, client, loggers);
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
        await _runs.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _session.Dispose();
        _client.Dispose();
        _key.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Neither half is any use without the other: where one fails, the node has failed.</summary>
    private async Task WorkAsync()
    {
        var halves = (Task[])[_agent.RunAsync(_stopping.Token), _runs.ReapAlwaysAsync(_stopping.Token)];
        await await Task.WhenAny(halves).ConfigureAwait(false);
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
