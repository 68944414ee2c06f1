using System.Net.ServerSentEvents;

namespace Nosnet.Client;

/// <summary>One connection to a stream of server-sent events.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    /// <summary>The last event carries a job with its result, logs included.</summary>
    private const long MaxEventBytes = Answers.MaxBytes;

    /// <summary>Servers say something every few seconds, be it a comment; see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes.</summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(90);

    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly Stream _bytes;

    private EventStream(Stream bytes, TimeProvider time, CancellationToken cancellation)
    {
        _bytes = new EventBytes(bytes, MaxEventBytes, MaxSilence, time);
        _items = SseParser.Create(_bytes).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
    }

    /// <summary>Opens the stream.</summary>
    public static Task<EventStream> OpenAsync(Transport transport, Call call, CancellationToken cancellation) => transport.RunAsync(
        call with { Accept = "text/event-stream" },
        async (response, token) =>
        {
            if (response.Content.Headers.ContentType?.MediaType is not "text/event-stream" and var type)
            {
                response.Dispose();
                throw Answers.Unreadable(call, $"it is no event stream ({FailureReading.Clean(type ?? "no content type")})");
            }
            var bytes = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            return new EventStream(bytes, transport.Connection.Time, cancellation);
        },
        cancellation);

    /// <summary>The next event; null where the connection ended or was lost.</summary>
    public async Task<SseItem<string>?> NextAsync()
    {
        try
        {
            return await _items.MoveNextAsync().ConfigureAwait(false) ? _items.Current : null;
        }
        catch (Exception e) when (Loss.Is(e))
        {
            // Whoever reads goes on with another connection.
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync().ConfigureAwait(false);
        await _bytes.DisposeAsync().ConfigureAwait(false);
    }
}
