using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the server asks of the node through the tunnel; see "Through the tunnel" in docs/wire.md.</summary>
internal static class NodeRoutes
{
    public static void MapNode(this IEndpointRouteBuilder app, RunKeeper runs)
    {
        app.MapOperations(runs);
        app.MapMethods("/runs/{run}", [HttpMethods.Put], async (HttpContext context) =>
        {
            var assignment = await JsonSerializer.DeserializeAsync(context.Request.Body, ProtocolJson.Default.Assignment, context.RequestAborted);
            runs.Take(assignment ?? throw new BadHttpRequestException("An assignment is a JSON object."));
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        app.MapGet("/runs/{run}/logs", async (HttpContext context) =>
        {
            if (!RunAddress.TryParse((string?)context.Request.RouteValues["run"], out var run) || runs.FindLog(run) is not { } log)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            _ = long.TryParse(context.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var after);
            context.Response.ContentType = "text/event-stream";
            // The server learns at once that the run is known, however long its first line takes.
            await context.Response.StartAsync(context.RequestAborted);
            await SseFormatter.WriteAsync(Events(log, after, context.RequestAborted), context.Response.Body, Format, context.RequestAborted);
        });
    }

    private static async IAsyncEnumerable<SseItem<LogEntry>> Events(RunLog log, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in log.ReadAsync(after, follow: true, cancellation))
            yield return new SseItem<LogEntry>(entry, JobStreamEvents.Log) { EventId = entry.Id.ToString(CultureInfo.InvariantCulture) };
    }

    private static void Format(SseItem<LogEntry> item, System.Buffers.IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer);
        JsonSerializer.Serialize(json, item.Data, ProtocolJson.Default.LogEntry);
    }
}
