using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>A store on this machine that answers as its test says: what a job's owner may have at the other end of a URL.</summary>
internal sealed class HostileStore : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HostileStore(Func<HttpContext, int, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        // Two ports are two hosts to whoever decides where credentials may go.
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(async context =>
        {
            Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            await answer(context, Requests.Count).ExecuteAsync(context);
        });
    }

    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Url => new(_app.Urls.First() + "/");

    public Uri Other => new(_app.Urls.Last() + "/");

    /// <param name="answer">Answers a request, of which it is told the number.</param>
    public static async Task<HostileStore> NewAsync(Func<HttpContext, int, IResult> answer)
    {
        var store = new HostileStore(answer);
        await store._app.StartAsync();
        return store;
    }

    public ResourceHttp NewHttp() => new(new OutboundRules([Url, Other], []), TimeProvider.System);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
