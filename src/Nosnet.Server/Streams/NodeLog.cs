using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Reads the server-sent log of a node. A line that is longer than any log line may be ends the reading.</summary>
internal static class NodeLog
{
    private const int LongestLine = 1024 * 1024;
    private const int ReadBytes = 64 * 1024;

    private static ReadOnlySpan<byte> Data => "data:"u8;

    /// <summary>The entries as they come, as many at once as have come.</summary>
    /// <exception cref="InvalidDataException">The node does not send what it should.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<LogEntry>> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellation);
            var rest = read.Buffer;
            var entries = new List<LogEntry>();
            while (TryTakeLine(ref rest, out var line))
                if (Parse(line) is { } entry)
                    entries.Add(entry);
            if (rest.Length > LongestLine)
                throw new InvalidDataException($"The node sent a line of more than {LongestLine} bytes.");
            pipe.AdvanceTo(rest.Start, rest.End);
            if (entries.Count > 0)
                yield return entries;
            if (read.IsCompleted)
                yield break;
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        var end = rest.PositionOf((byte)'\n');
        line = end is { } found ? rest.Slice(0, found) : default;
        if (end is not null)
            rest = rest.Slice(rest.GetPosition(1, end.Value));
        return end is not null;
    }

    /// <summary>Every event of this stream is one line of data; its id is in the data, its name is always the same.</summary>
    private static LogEntry? Parse(ReadOnlySequence<byte> line)
    {
        var bytes = line.ToArray().AsSpan().TrimEnd((byte)'\r');
        if (!bytes.StartsWith(Data))
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes[Data.Length..], ProtocolJson.Default.LogEntry) ?? throw new InvalidDataException("The node sent null for a log entry.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("The node sent a log entry that cannot be read.", failure);
        }
    }
}
