using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Reads the Idempotency-Key of a request to a route that takes one. A request without one passes untouched.</summary>
internal sealed class IdempotencyKeys(RequestDelegate next, NetworkEngine engine, NetworkSecret secret, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private readonly ConcurrentDictionary<Guid, Task> _underWay = new();
    private readonly byte[] _sealing = secret.Derive("kept answers");

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<OnceRule>() is not { } rule)
            return next(http);
        var header = http.Request.Headers[Header];
        if (header.Count > 0)
            return WithKeyAsync(http, rule, header.ToString());
        return rule.IsRequired
            ? ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.InvalidParameter, $"This route needs the header {Header}: a text of your own for this request, such as a UUID, which you send again if you have to ask again."))
            : next(http);
    }

    private async Task WithKeyAsync(HttpContext http, OnceRule rule, string text)
    {
        if (!IdempotencyKey.IsWellFormed(text))
        {
            await ErrorAnswers.WriteAsync(http, new Refusal(ErrorCode.InvalidParameter, $"The header {Header} has 1 to {IdempotencyKey.MostLength} visible ASCII characters, without blanks; a UUID is a good one."));
            return;
        }

        var body = await JsonBodies.BytesAsync(http);
        using var again = new MemoryStream(body, writable: false);
        http.Request.Body = again;
        var key = IdempotencyKey.Of(http.Caller().Account, text, HashOf(http.Request, body));
        var seal = rule.IsSecret ? new AnswerSeal(_sealing, text) : null;
        http.Features.Set(new KeyedRequest(engine, key, seal, _underWay, time));
        await next(http);
    }

    /// <summary>The hash of all that a request asks. Both roots of the routes are one here.</summary>
    private static Bytes32 HashOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        Span<byte> digest = stackalloc byte[Bytes32.Length];
        hash.GetHashAndReset(digest);
        return new Bytes32(digest);
    }
}
