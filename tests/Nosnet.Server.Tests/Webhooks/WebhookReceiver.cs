using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>Somebody's server on a real socket, which takes messages and answers as a test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/hook";
    public ConcurrentQueue<ReceivedMessage> Received { get; } = [];

    /// <summary>What is answered.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static http => Task.CompletedTask;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(TestNetwork.Cancellation);
        return receiver;
    }

    public void AnswerWith(HttpStatusCode status) => Answer = http =>
    {
        http.Response.StatusCode = (int)status;
        http.Response.Headers.Location = "/elsewhere";
        return Task.CompletedTask;
    };

    public Task<IReadOnlyList<ReceivedMessage>> GetsAsync(int count) =>
        Eventually.SeesAsync(() => Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. Received]), got => got.Count >= count, $"{count} messages are received");

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        Received.Enqueue(new ReceivedMessage(
            http.Request.Path, headers[WebhookSignature.IdHeader].ToString(), headers[WebhookSignature.TimestampHeader].ToString(), headers[WebhookSignature.SignatureHeader].ToString(), body.ToArray()));
        await Answer(http);
    }
}

internal sealed record ReceivedMessage(string Path, string Id, string Timestamp, string Signature, byte[] Body)
{
    public System.Text.Json.JsonElement Json => System.Text.Json.JsonElement.Parse(Body);
}
