using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Node.Tests;

/// <summary>A socket that takes an engine's place, for requests that no engine here can answer: what arrives is kept, nothing is done.</summary>
internal sealed class RecordingEngine : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-socket-").FullName;
    private readonly ConcurrentQueue<JsonElement> _created = new();
    private readonly WebApplication _app;

    private RecordingEngine(string name, string version)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Endpoint.SocketPath!));
        _app = builder.Build();
        _app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            if (name == "Podman")
                context.Response.Headers["Libpod-API-Version"] = version;
            if (path.EndsWith("/containers/create", StringComparison.Ordinal))
            {
                using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
                _created.Enqueue(body.RootElement.Clone());
                context.Response.StatusCode = StatusCodes.Status201Created;
                await Write(context, """{"Id":"c0ffee","Warnings":[]}""");
            }
            else
            {
                await Write(context, $$"""{"Version":"{{version}}","ApiVersion":"1.41","Components":[{"Name":"{{name}} Engine","Version":"{{version}}"}]}""");
            }
        });
    }

    public EngineEndpoint Endpoint => EngineEndpoint.Socket(Path.Combine(_directory, "engine.sock"));

    /// <summary>The bodies of the requests for containers, in order.</summary>
    public IReadOnlyCollection<JsonElement> Created => _created;

    public static async Task<RecordingEngine> StartAsync(string name, string version)
    {
        var engine = new RecordingEngine(name, version);
        await engine._app.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static Task Write(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
