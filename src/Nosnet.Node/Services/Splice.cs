using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Carries bytes between a stream of the tunnel and a container's connection, each way at the pace of whoever takes them.</summary>
internal static class Splice
{
    // Small while little comes, for there may be thousands of them; a stream of gigabytes is read by larger pieces.
    private const int LeastRead = 4 * 1024;
    private const int MostRead = 64 * 1024;

    /// <summary>Ends when the container has said all, when the server wants no more, or when the connection breaks, which the server is then told.</summary>
    public static async Task RunAsync(HttpContext http, NetworkStream container, CancellationToken over)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, over);
        var sending = SendAsync(http.Request.BodyReader, container, ending.Token);
        try
        {
            await ReceiveAsync(container, http.Response.BodyWriter, ending.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // Half of an answer must not look like the whole of it.
            if (!http.RequestAborted.IsCancellationRequested)
                http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(ServiceTarget.ConnectError);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What a container does not take any more it answers, or resets: either way the other direction hears of it.</summary>
    private static async Task SendAsync(PipeReader server, NetworkStream container, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await server.ReadAsync(cancellation).ConfigureAwait(false);
            foreach (var piece in read.Buffer)
                await container.WriteAsync(piece, cancellation).ConfigureAwait(false);
            server.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        container.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(NetworkStream container, PipeWriter server, CancellationToken cancellation)
    {
        var size = LeastRead;
        while (true)
        {
            var memory = server.GetMemory(size);
            var count = await container.ReadAsync(memory, cancellation).ConfigureAwait(false);
            if (count == 0)
                return;
            server.Advance(count);
            if ((await server.FlushAsync(cancellation).ConfigureAwait(false)).IsCompleted)
                return;
            size = count == memory.Length ? Math.Min(2 * size, MostRead) : LeastRead;
        }
    }
}
