using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Carries bytes between a stream of the tunnel and a container's connection, each way at the pace of whoever takes them.</summary>
internal static class Splice
{
    // Small while little comes, for there may be thousands of them; a stream of gigabytes is carried by larger pieces.
    private const int LeastPiece = 4 * 1024;
    private const int MostPiece = 64 * 1024;

    /// <summary>Ends when the container has said all, when the server wants no more, or when the connection breaks, which the server is then told.</summary>
    public static async Task RunAsync(HttpContext http, Stream server, NetworkStream container, CancellationToken over)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, over);
        var sending = SendAsync(server, container, ending.Token);
        try
        {
            await CarryAsync(container, server, ending.Token).ConfigureAwait(false);
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
    private static async Task SendAsync(Stream server, NetworkStream container, CancellationToken cancellation)
    {
        await CarryAsync(server, container, cancellation).ConfigureAwait(false);
        container.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task CarryAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LeastPiece);
        try
        {
            while (await from.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                if (Size(buffer.Length, count) is var size && size == buffer.Length)
                    continue;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Size(int size, int came) =>
        came == size ? Math.Min(2 * size, MostPiece)
        : came < LeastPiece ? LeastPiece
        : size;
}
