using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the server asks of the node through the tunnel; see "Through the tunnel" in docs/wire.md.</summary>
internal static class NodeRoutes
{
    private const int BytesAtOnce = 64 * 1024;

    public static void MapNode(this IEndpointRouteBuilder app, RunKeeper runs, NodeAbout about)
    {
        var stopping = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        app.MapOperations(runs);
        app.MapConfidential(runs);
        app.MapGet("/info", (HttpContext context) => context.Response.WriteAsJsonAsync(about, ProtocolJson.Default.NodeAbout, cancellationToken: context.RequestAborted));
        app.MapGet("/runs/{run}/stats", async (HttpContext context) =>
        {
            if (RunAddress.TryParse((string?)context.Request.RouteValues["run"], out var run) && runs.FindStats(run) is { } stats)
                await context.Response.WriteAsJsonAsync(stats, ProtocolJson.Default.JobStats, cancellationToken: context.RequestAborted);
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        });
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
            // A node that ends breaks off: only a log that is complete comes to its end.
            using var breaking = stopping.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
            await WriteAsync(log, after, context.Response.BodyWriter, context.RequestAborted);
        });
    }

    /// <summary>Sends as much at once as is there: a line by itself costs as much as many together.</summary>
    private static async Task WriteAsync(RunLog log, long after, PipeWriter body, CancellationToken cancellation)
    {
        await using var records = log.ReadRecordsAsync(after, follow: true, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            var next = records.MoveNextAsync();
            if (!next.IsCompleted || body.UnflushedBytes >= BytesAtOnce)
                await body.FlushAsync(cancellation);
            if (!await next)
                return;
            var (number, json) = records.Current;
            body.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: {JobStreamEvents.Log}\nid: {number}\ndata: ")));
            body.Write(json.Span);
            body.Write("\n\n"u8);
        }
    }
}
