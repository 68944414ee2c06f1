using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Nosnet.Node;

/// <summary>
/// The server's first request, which is answered at once and ends a moment after the node has begun to. HTTP/2 says that a connection takes nothing
/// new, and closes it as soon as nothing is open: what the server sent before it heard that would be lost, and a body cannot be sent twice.
/// </summary>
internal static class TunnelHold
{
    /// <summary>Longer than the way to the server and back.</summary>
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(1);

    public static void MapHold(this IEndpointRouteBuilder app, TimeProvider time)
    {
        var stopping = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        app.MapGet("/", async (HttpContext context) =>
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // One byte, whichever, says that the node goes away.
            await context.Response.Body.WriteAsync("."u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(LastCalls, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
    }
}
