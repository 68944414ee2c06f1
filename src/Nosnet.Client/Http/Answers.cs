using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Client;

/// <summary>The answers of the API: JSON, and nothing else.</summary>
internal static class Answers
{
    /// <summary>Results carry their logs, so an answer may be long; but not without end.</summary>
    public const long MaxBytes = 256 * 1024 * 1024;

    /// <summary>Makes a call that is answered with JSON.</summary>
    public static Task<JsonElement> JsonAsync(this Transport transport, Call call, CancellationToken cancellation) =>
        transport.RunAsync(call, (response, token) => ReadAsync(call, response, token), cancellation);

    /// <summary>Makes a call that is answered with a JSON object, to be read leniently.</summary>
    public static async Task<WireObject> ObjectAsync(this Transport transport, Call call, CancellationToken cancellation) =>
        Object(call, await transport.JsonAsync(call, cancellation).ConfigureAwait(false));

    /// <summary>Makes a call that is answered with exactly this.</summary>
    public static async Task<T> AnswerAsync<T>(this Transport transport, Call call, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class =>
        Strictly(call, await transport.JsonAsync(call, cancellation).ConfigureAwait(false), type);

    /// <summary>Makes a call that is answered with a document.</summary>
    public static Task<byte[]> BytesAsync(this Transport transport, Call call, long maxBytes, CancellationToken cancellation) => transport.RunAsync(
        call,
        async (response, token) =>
        {
            using (response)
                return await BoundedReading.BytesAsync(response.Content, maxBytes, token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Makes a call whose answer says nothing that is of interest.</summary>
    public static Task DoneAsync(this Transport transport, Call call, CancellationToken cancellation) =>
        transport.RunAsync(
            call,
            (response, _) =>
            {
                response.Dispose();
                return Task.FromResult(true);
            },
            cancellation);

    public static WireObject Object(Call call, JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? new WireObject(json) : throw Unreadable(call, $"it is a JSON {Kind(json)} where an object belongs");

    public static T Strictly<T>(Call call, JsonElement json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return json.Deserialize(type) ?? throw Unreadable(call, "it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Unreadable(call, FailureReading.Clean(e.Message), e);
        }
    }

    /// <summary>The network did what was asked, or knows what was asked for, but what it says cannot be understood.</summary>
    public static NosanaException Unreadable(Call call, string why, Exception? cause = null) =>
        new($"The answer to {call} cannot be read: {why}. Is this the address of a Nosana or Nosnet network?", cause);

    private static async Task<JsonElement> ReadAsync(Call call, HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response)
        {
            var bytes = await BoundedReading.BytesAsync(response.Content, MaxBytes, cancellation).ConfigureAwait(false);
            try
            {
                return JsonElement.Parse(bytes);
            }
            catch (JsonException e)
            {
                var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
                throw Unreadable(call, bytes.Length == 0 ? "it is empty" : $"it is not JSON ({FailureReading.Clean(type)})", e);
            }
        }
    }

    private static string Kind(JsonElement json) => json.ValueKind.ToString().ToLowerInvariant();
}
