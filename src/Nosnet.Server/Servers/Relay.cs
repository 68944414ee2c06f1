using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>A route that any server of a network serves from the store. All others are served by the one that writes.</summary>
internal sealed class ServedAnywhere
{
    public static readonly ServedAnywhere Here = new();
}

/// <summary>Passes what only the writing server may answer on to it. While there is none, because one has died, requests wait for the next.</summary>
internal sealed class Relay(RequestDelegate next, NetworkEngine engine, INetworkStores stores, PeerForwarder forwarder, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public Task InvokeAsync(HttpContext http) =>
        stores.Peers is { } peers && !engine.IsWriter && http.GetEndpoint()?.Metadata is { } about && about.GetMetadata<ServedAnywhere>() is null
            ? PassOnAsync(http, peers, about)
            : next(http);

    private async Task PassOnAsync(HttpContext http, IPeers peers, EndpointMetadataCollection about)
    {
        if (PassedOn.Is(http))
        {
            http.Response.Headers[PassedOn.UnwantedHeader] = "1";
            await ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.Unavailable, "This server carries no commands out now. Try again in a moment."));
            return;
        }

        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!isRead)
        {
            // So that it can be sent again where nothing was done with it. Whoever it comes from was not asked yet.
            http.Request.Body = new CountedStream(http.Request.Body, BodyLimit.Of(http));
            http.Request.EnableBuffering((int)options.Limits.JsonBytes);
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            http.Request.Body.Position = 0;
        }

        // What only reads, or has a key of its own, may be asked twice.
        var isRepeatable = isRead || about.GetMetadata<OnceRule>() is not null && http.Request.Headers.ContainsKey(IdempotencyKeys.Header);
        var start = time.GetTimestamp();
        while (true)
        {
            if (engine.IsWriter)
            {
                await next(http);
                return;
            }

            if (await peers.WriterAsync(http.RequestAborted) is { } writer && writer.Id != peers.Self)
            {
                var passage = await forwarder.SendAsync(http, writer);
                if (passage is Passage.Answered)
                    return;
                http.Response.Clear();
                if (passage is Passage.Broken && !isRepeatable)
                {
                    await ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.Unavailable,
                        $"The server that carries commands out went away while it had this one, and whether it was done is not known. Look before you repeat it; with an {IdempotencyKeys.Header} you may repeat whatever you ask for."));
                    return;
                }

                // It may have been there for long, and only from now on there is none.
                if (passage is Passage.Broken)
                    start = time.GetTimestamp();

                if (!isRead)
                    http.Request.Body.Position = 0;
            }

            if (time.GetElapsedTime(start) > Patience)
            {
                await ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.Unavailable, "No server carries commands out now. Another one takes over; try again in a moment."));
                return;
            }

            await Task.Delay(Pause, time, http.RequestAborted);
        }
    }
}
