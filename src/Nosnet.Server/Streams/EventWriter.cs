using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nosnet.Server;

/// <summary>Writes server-sent events. Each is on its way before the next is taken, so a slow reader slows its source and fills no memory.</summary>
internal sealed class EventWriter(HttpResponse response) : IDisposable
{
    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();

    private const int BytesAtOnce = 64 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task StartAsync(CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // Some proxies hold answers back until they are whole.
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellation);
    }

    public Task WriteAsync<T>(string name, string? id, T data, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Form(buffer, name, id, data, type);
        return WriteAsync(buffer.WrittenMemory, cancellation);
    }

    /// <summary>Writes many events of one name.</summary>
    public async Task WriteAllAsync<T>(string name, IEnumerable<T> data, Func<T, string> id, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        foreach (var item in data)
        {
            Form(buffer, name, id(item), item, type);
            if (buffer.WrittenCount < BytesAtOnce)
                continue;
            await WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
        }

        if (buffer.WrittenCount > 0)
            await WriteAsync(buffer.WrittenMemory, cancellation);
    }

    /// <summary>Writes events without a name, some with an id.</summary>
    public Task WriteFramesAsync<T>(IEnumerable<(T Data, string? Id)> frames, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        foreach (var (item, id) in frames)
        {
            buffer.Write(Encoding.UTF8.GetBytes(id is null ? "data: " : $"id: {id}\ndata: "));
            using (var json = new Utf8JsonWriter(buffer))
                JsonSerializer.Serialize(json, item, type);
            buffer.Write("\n\n"u8);
        }

        return WriteAsync(buffer.WrittenMemory, cancellation);
    }

    public Task BeatAsync(CancellationToken cancellation) => WriteAsync(Heartbeat, cancellation);

    public void Dispose() => _turn.Dispose();

    /// <summary>Writes what is an event already.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await response.Body.WriteAsync(bytes, cancellation);
            await response.Body.FlushAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static void Form<T>(ArrayBufferWriter<byte> buffer, string name, string? id, T data, JsonTypeInfo<T> type)
    {
        buffer.Write(Encoding.UTF8.GetBytes(id is null ? $"event: {name}\ndata: " : $"event: {name}\nid: {id}\ndata: "));
        // JSON has no line breaks of its own, so it is one line of data.
        using (var json = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(json, data, type);
        buffer.Write("\n\n"u8);
    }
}
