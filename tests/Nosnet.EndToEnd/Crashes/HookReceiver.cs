using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>Somebody's server, which takes what webhooks send, without haste, and counts.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<HookMessage> _received = new();

    private HookReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The secret that messages are signed with.</summary>
    public string Secret { get; set; } = "";

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<HookMessage> Received => [.. _received];

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = new HookReceiver(builder.Build());
        receiver._app.Urls.Add("http://127.0.0.1:0");
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits until so many of these jobs have been told of.</summary>
    public async Task UntilToldAsync(IReadOnlyCollection<JobAddress> jobs, int count, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (jobs.Intersect(_received.Select(m => m.Job)).Count() < count)
            await pause.WaitForNextTickAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var (id, bytes) = (headers[WebhookSignature.IdHeader].ToString(), body.ToArray());
        var isValid = WebhookSignature.IsValid(
            Secret, id, headers[WebhookSignature.TimestampHeader].ToString(), headers[WebhookSignature.SignatureHeader].ToString(), bytes, TimeProvider.System.GetUtcNow());
        _received.Enqueue(new HookMessage(id, JobAddress.Parse(JsonElement.Parse(bytes).GetProperty("data").GetProperty("job").GetString()!), isValid));
        // A kill comes now and then while a message is taken.
        await Task.Delay(AnswerTime, TimeProvider.System);
    }
}

/// <summary>A message: its id, the job whose end it tells of, and whether it is signed.</summary>
internal sealed record HookMessage(string Id, JobAddress Job, bool IsValid);
