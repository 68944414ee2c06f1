using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Reads a JSON body. Whatever its content type says: official clients send none with an empty body, and some tools send the wrong one.
/// </summary>
internal static class JsonBodies
{
    /// <param name="http">The request.</param>
    /// <param name="type">What it is to be.</param>
    /// <param name="absent">What it is where there is none; null: there has to be one.</param>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, T? absent = null)
        where T : class
    {
        var most = http.RequestServices.GetRequiredService<ServerOptions>().Limits.JsonBytes;
        var reader = http.Request.BodyReader;
        var body = await reader.ReadAsync(http.RequestAborted);
        while (!body.IsCompleted && body.Buffer.Length <= most)
        {
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
            body = await reader.ReadAsync(http.RequestAborted);
        }

        try
        {
            return body.Buffer.Length > most
                ? throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge)
                : body.Buffer.IsEmpty && absent is not null ? absent : Parse(body.Buffer, type);
        }
        finally
        {
            reader.AdvanceTo(body.Buffer.End);
        }
    }

    /// <summary>The body as it came.</summary>
    /// <exception cref="BadHttpRequestException">It has more bytes than its route takes.</exception>
    public static async Task<byte[]> BytesAsync(HttpContext http)
    {
        await using var limited = new CountedStream(http.Request.Body, BodyLimit.Of(http));
        using var body = new MemoryStream();
        await limited.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    private static Outcome<T> Parse<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        if (body.IsEmpty)
            return new Refusal(ErrorCode.MalformedRequest, "The request has no body. Send a JSON object.");
        try
        {
            // A small body lies in one piece and is read where it lies.
            var read = JsonSerializer.Deserialize(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), type);
            return read is null ? new Refusal(ErrorCode.MalformedRequest, "The body is null. Send a JSON object.") : read;
        }
        catch (JsonException failure)
        {
            return JsonMistake.Explain(failure, type);
        }
    }
}
