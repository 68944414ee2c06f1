using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Client;

/// <summary>One call: what is asked of whom, in whose name.</summary>
internal sealed record Call(HttpMethod Method, Uri Url)
{
    /// <summary>The token to send; null to call as anybody.</summary>
    public string? Token { get; init; }

    /// <summary>Makes the body, once per attempt.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>Whether the body is somebody's stream, which a second attempt would find at its end.</summary>
    public bool BodyIsReadOnce { get; init; }

    /// <summary>What kind of answer is wanted.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Where a stream goes on.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Whether it may be led to another host, where it goes without the token.</summary>
    public bool MayLeaveHost { get; init; }

    /// <summary>The key under which a write is carried out once, however often it is sent.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Whether the network is known to keep to <see cref="IdempotencyKey"/>.</summary>
    public bool IsCarriedOutOnce { get; init; }

    /// <summary>Whether it only reads.</summary>
    public bool Reads => Method == HttpMethod.Get || Method == HttpMethod.Head;

    /// <summary>Whether sending it twice does no harm.</summary>
    public bool MayBeRepeated => Reads || IsCarriedOutOnce;

    /// <summary>What it is, for sentences: <c>GET https://…</c>.</summary>
    public override string ToString() => $"{Method} {Url.GetLeftPart(UriPartial.Path)}";

    public Call With<T>(T body, JsonTypeInfo<T> type) => this with { Body = () => Json(JsonSerializer.SerializeToUtf8Bytes(body, type)) };

    public static ByteArrayContent Json(byte[] utf8) => new(utf8) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public HttpRequestMessage ToRequest(Uri url)
    {
        var request = new HttpRequestMessage(Method, url) { Content = Body?.Invoke() };
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (IdempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", IdempotencyKey);
        if (LastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", LastEventId);
        if (Token is not null && Connection.SameOrigin(url, Url))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return request;
    }

    private static readonly string UserAgent = $"Nosnet.Client/{typeof(Call).Assembly.GetName().Version?.ToString(3)}";
}
