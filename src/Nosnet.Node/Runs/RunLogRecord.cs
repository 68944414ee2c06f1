using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// How an entry stands in the file: a head of 16 bytes (length, operation, kind, position in the stream), then the entry in JSON.
/// </summary>
/// <param name="Operation">The operation that wrote it; -1 where the node did.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Position">The bytes of the operation's stream up to the end of this line.</param>
internal readonly record struct RunLogRecord(int Operation, LogKind Kind, long Position)
{
    public const int HeadLength = 16;

    // An entry is one line at most, each character of it in six bytes at worst, and its frame.
    private const int MaxLength = HeadLength + LineSplitter.DefaultMaxLine * 6 + 64 * 1024;

    // Into files and event streams, never into a page.
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsOutput => Kind is LogKind.Stdout or LogKind.Stderr;

    /// <summary>Writes the record and returns how long it is.</summary>
    public int Write(IBufferWriter<byte> buffer, ReadOnlySpan<byte> entry)
    {
        var length = HeadLength + entry.Length;
        var span = buffer.GetSpan(length);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        BinaryPrimitives.WriteInt16LittleEndian(span[4..], (short)Operation);
        span[6] = (byte)Kind;
        span[7] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], Position);
        entry.CopyTo(span[HeadLength..]);
        buffer.Advance(length);
        return length;
    }

    /// <summary>The length of the record that begins here; 0 where not even its head is whole.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes) => bytes.Length < HeadLength ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);

    /// <summary>Reads the head of a record; false where the record is not whole.</summary>
    public static bool TryTake(ReadOnlySpan<byte> bytes, out RunLogRecord record, out int length)
    {
        record = default;
        length = LengthOf(bytes);
        if (length is < HeadLength or > MaxLength || length > bytes.Length)
            return false;
        record = new RunLogRecord(
            BinaryPrimitives.ReadInt16LittleEndian(bytes[4..]), (LogKind)bytes[6], BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        return true;
    }

    /// <summary>The entry of what follows the head.</summary>
    public static LogEntry Entry(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ProtocolJson.Default.LogEntry)
            ?? throw new InvalidDataException("An entry of a run's log is null.");
}
