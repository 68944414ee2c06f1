using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.TestService;

// A service as a job would run it: it can be downloaded from, uploaded to, listened to, talked to, and made ill.
var builder = WebApplication.CreateSlimBuilder(args);
// A line for each request would be a job's whole quota within seconds.
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenAnyIP(8080);
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Limits.MinRequestBodyDataRate = null;
});
var app = builder.Build();
app.UseWebSockets();

var isHealthy = true;
var acknowledged = new ConcurrentDictionary<int, TaskCompletionSource>();
TaskCompletionSource Acknowledged(int number) => acknowledged.GetOrAdd(number, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

app.MapGet("/", async (HttpContext http) =>
{
    if (!http.WebSockets.IsWebSocketRequest)
    {
        http.Response.ContentLength = "hello".Length;
        await http.Response.WriteAsync("hello");
        return;
    }
    using var socket = await http.WebSockets.AcceptWebSocketAsync();
    await socket.SendAsync("hello, whoever you are"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, http.RequestAborted);
    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
});
app.MapGet("/health", () => isHealthy ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.MapPost("/health/{wanted}", (string wanted) => isHealthy = wanted == "up");
app.MapGet("/bytes/{count:long}", async (long count, HttpContext http) =>
{
    http.Response.ContentLength = count;
    await Pattern.WriteAsync(http.Response.Body, count, http.RequestAborted);
});
app.MapPost("/sum", async (HttpContext http) => await http.Response.WriteAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(http.Request.Body, http.RequestAborted))));

// Each event is sent only when the one before has been received: one that is held back anywhere stops the stream.
app.MapGet("/events/{count:int}", async (int count, HttpContext http) =>
{
    http.Response.ContentType = "text/event-stream";
    for (var i = 0; i < count; i++)
    {
        await http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"data: {i}\n\n"), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Acknowledged(i).Task.WaitAsync(http.RequestAborted);
    }
});
app.MapPost("/events/{number:int}", (int number) => Acknowledged(number).TrySetResult());

app.Map("/echo", async (HttpContext http) =>
{
    using var socket = await http.WebSockets.AcceptWebSocketAsync();
    var buffer = new byte[64 * 1024];
    while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, http.RequestAborted);
    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "as you wish", http.RequestAborted);
});
app.MapGet("/headers", (HttpContext http) => string.Join('\n', http.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
await app.RunAsync();
