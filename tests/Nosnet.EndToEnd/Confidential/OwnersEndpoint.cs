using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>What the owner of a confidential job runs: it hands out the definition, at the second asking, and takes the result.</summary>
internal sealed class OwnersEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OwnersCall> _calls = new();

    private OwnersEndpoint(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public string Authority => new Uri(Url).Authority;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<OwnersCall> Calls => [.. _calls];

    public static async Task<OwnersEndpoint> StartAsync(JobDefinition definition)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var owner = new OwnersEndpoint(builder.Build());
        owner._app.Urls.Add("http://127.0.0.1:0");
        owner._app.Run(context => owner.AnswerAsync(context, definition));
        await owner._app.StartAsync(TestContext.Current.CancellationToken);
        return owner;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, JobDefinition definition)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _calls.Enqueue(new OwnersCall($"{context.Request.Method} {context.Request.Path}", context.Request.Headers.Authorization.ToString(), body.ToArray()));
        if (_calls.Count == 1)
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.WriteAsync(definition.ToJson());
    }
}

internal sealed record OwnersCall(string Line, string Authorization, byte[] Body);
