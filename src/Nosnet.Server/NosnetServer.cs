using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Engine;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>A server of a network. Several can live in one process, each with a data directory of its own.</summary>
public sealed class NosnetServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _isStopped;

    private NosnetServer(WebApplication app, ServerOptions options)
    {
        var directory = app.Services.GetRequiredService<DataDirectory>();
        _app = app;
        Url = app.Services.GetRequiredService<ServerAddress>().Bound;
        OperatorKeyPath = directory.OperatorKeyPath;
        OperatorKey = options.OperatorKey ?? directory.ReadOperatorKey();
    }

    /// <summary>The URL at which it answers, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>Where the operator's key is written, if this server made it.</summary>
    public string OperatorKeyPath { get; }

    /// <summary>The operator's key, where this server was given it or made it.</summary>
    public string? OperatorKey { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>Opens the data directory, founds the network where it is new, and listens. When this completes, the server answers.</summary>
    /// <exception cref="ServerSetupException">It cannot start; the message says why and what to do.</exception>
    public static async Task<NosnetServer> StartAsync(ServerOptions options, CancellationToken cancellation = default)
    {
        Check(options.Urls);
        var app = BuildApp(options);
        try
        {
            await app.Services.GetRequiredService<FirstStart>().PrepareAsync(cancellation);
            await ListenAsync(app, options.Urls);
            cancellation.ThrowIfCancellationRequested();
            return new NosnetServer(app, options);
        }
        catch (Exception failure)
        {
            // What runs in the background is to see that the server ends, or it would tell of it as a failure.
            app.Lifetime.StopApplication();
            await app.DisposeAsync();
            if (failure is StoreException or StoreUnavailableException)
                throw new ServerSetupException(failure.Message, failure);
            throw;
        }
    }

    /// <summary>Serves until cancelled, then stops.</summary>
    public static async Task RunAsync(ServerOptions options, CancellationToken cancellation)
    {
        await using var server = await StartAsync(options, cancellation);
        await server.RunAsync(cancellation);
    }

    /// <summary>Serves until cancelled, then stops.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(CancellationToken.None);
    }

    /// <summary>Stops taking requests, ends streams and tunnels, and waits for what is under way.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (_isStopped)
            return;
        _isStopped = true;
        await _app.StopAsync(cancellation);
    }

    /// <summary>Stops, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Before anything is made on disk.</summary>
    private static void Check(IReadOnlyList<string> urls)
    {
        if (urls.FirstOrDefault(u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) is { } secure)
            throw new ServerSetupException($"The server cannot listen on {secure}: it speaks http alone. Put a proxy that speaks https before it, and tell the server its URL (--public-url).");
        if (urls.FirstOrDefault(u => !u.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) is { } unknown)
            throw new ServerSetupException($"The server cannot listen on {unknown}: that is no URL. Give one such as http://127.0.0.1:8080; port 0 takes a free one.");
    }

    private static async Task ListenAsync(WebApplication app, IReadOnlyList<string> urls)
    {
        try
        {
            // Not to be cut short: the host would log that as a failure of its own, and it takes a moment only.
            await app.StartAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or SocketException or FormatException or ArgumentException)
        {
            throw new ServerSetupException(
                $"The server cannot listen on {string.Join(", ", urls)}: {failure.Message.TrimEnd('.')}. Choose another URL, such as http://127.0.0.1:8080; port 0 takes a free one.", failure);
        }
    }

    private static WebApplication BuildApp(ServerOptions options)
    {
        // The slimmest builder of all: nothing reads the environment, the working directory or the command line, and no
        // watcher sits on files (one above the data directory would be woken by every write of the store).
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "nosnet" });
        builder.AddNosnet(options);
        var app = builder.Build();
        app.UseNosnet();
        return app;
    }
}
