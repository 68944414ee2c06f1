using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nosnet.Server;

/// <summary>
/// Answers with JSON whose length is known before it is sent: one piece and no chunks, at about half of what the framework's own answer costs.
/// </summary>
internal sealed class JsonAnswer<T>(T body, JsonTypeInfo<T> type) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var json = JsonBuffer.OfThread;
        JsonSerializer.Serialize(json.Writer, body, type);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Bytes.WrittenCount;
        if (json.Bytes.WrittenCount > JsonBuffer.MostKept)
            return response.Body.WriteAsync(json.Bytes.WrittenMemory, httpContext.RequestAborted).AsTask();
        response.BodyWriter.Write(json.Bytes.WrittenSpan);
        var flushed = response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
    }
}

/// <summary>What a thread writes an answer into before it is copied to the connection.</summary>
internal sealed class JsonBuffer
{
    /// <summary>A larger answer has a buffer of its own, which it leaves to the collector.</summary>
    public const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static JsonBuffer? _ofThread;

    private JsonBuffer() => Writer = new Utf8JsonWriter(Bytes, new JsonWriterOptions { SkipValidation = true });

    public ArrayBufferWriter<byte> Bytes { get; } = new();
    public Utf8JsonWriter Writer { get; }

    /// <summary>An empty one. It is the thread's until the thread does something else.</summary>
    public static JsonBuffer OfThread
    {
        get
        {
            if (_ofThread is null || _ofThread.Bytes.WrittenCount > MostKept)
                return _ofThread = new JsonBuffer();
            _ofThread.Bytes.ResetWrittenCount();
            _ofThread.Writer.Reset();
            return _ofThread;
        }
    }
}
