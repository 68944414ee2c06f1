using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Reads a JSON body. Whatever its content type says: official clients send none with an empty body, and some tools send the wrong one.
/// </summary>
internal static class JsonBodies
{
    public static async Task<Outcome<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        if (buffer.Length == 0)
            return new Refusal(ErrorCode.MalformedRequest, "The request has no body. Send a JSON object.");
        try
        {
            var read = JsonSerializer.Deserialize(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), type);
            return read is null ? new Refusal(ErrorCode.MalformedRequest, "The body is null. Send a JSON object.") : read;
        }
        catch (JsonException failure)
        {
            return JsonMistake.Explain(failure, type);
        }
    }
}
