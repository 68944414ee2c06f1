using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Nosnet.Node;

/// <summary>Which of a container's streams something was written to.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    Out = 1,

    /// <summary>Standard error.</summary>
    Error = 2,
}

/// <summary>A piece of a container's output.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Bytes">What was written; valid until the next piece is asked for.</param>
/// <param name="Time">When, where the engine said.</param>
public readonly record struct OutputPiece(OutputStream Stream, ReadOnlyMemory<byte> Bytes, DateTimeOffset? Time);

/// <summary>
/// Reads the framing in which an engine puts both streams of a container into one: a byte for the stream, three of zero, four for the
/// length (big endian), then that many bytes. Frames come split and several at a time; a long one is handed on in pieces.
/// </summary>
internal sealed class FrameReader(Stream stream, bool timestamps) : IAsyncDisposable
{
    private const int HeaderLength = 8;
    private const int MaxPiece = 64 * 1024;

    // RFC 3339 with nanoseconds and an offset has 35 characters.
    private const int MaxTimestamp = 64;

    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: MaxPiece, leaveOpen: false));
    private OutputStream _stream;
    private long _remaining;
    private DateTimeOffset? _time;
    private SequencePosition? _taken;

    /// <summary>The next piece; null at the end.</summary>
    /// <exception cref="EndOfStreamException">The stream breaks off within a frame.</exception>
    /// <exception cref="InvalidDataException">What comes is no frame.</exception>
    public async ValueTask<OutputPiece?> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        while (_remaining == 0)
        {
            if (!await ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
                return null;
            if (timestamps && _remaining > 0)
                await ReadTimestampAsync(cancellationToken).ConfigureAwait(false);
        }

        var buffer = (await FillAsync(1, cancellationToken).ConfigureAwait(false)).Buffer;
        var piece = buffer.First[..(int)Math.Min(buffer.First.Length, _remaining)];
        _remaining -= piece.Length;
        _taken = buffer.GetPosition(piece.Length);
        return new OutputPiece(_stream, piece, _time);
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await _pipe.CompleteAsync().ConfigureAwait(false);
    }

    private void Release()
    {
        if (_taken is { } position)
            _pipe.AdvanceTo(position);
        _taken = null;
    }

    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var result = await _pipe.ReadAtLeastAsync(HeaderLength, cancellationToken).ConfigureAwait(false);
        if (result.Buffer.IsEmpty)
        {
            _pipe.AdvanceTo(result.Buffer.End);
            return false;
        }
        if (result.Buffer.Length < HeaderLength)
            throw new EndOfStreamException("The container engine broke off within a frame of a container's output.");
        Parse(result.Buffer);
        _pipe.AdvanceTo(result.Buffer.GetPosition(HeaderLength));
        return true;
    }

    private void Parse(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        if (header[0] > 2 || header[1] != 0 || header[2] != 0 || header[3] != 0)
            throw new InvalidDataException("The container engine sent something that is no frame of a container's output.");
        // 0 is what was typed into the container; engines send it where it is echoed, as output.
        _stream = header[0] == 2 ? OutputStream.Error : OutputStream.Out;
        _remaining = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        _time = null;
    }

    private async ValueTask ReadTimestampAsync(CancellationToken cancellationToken)
    {
        var result = await FillAsync((int)Math.Min(MaxTimestamp, _remaining), cancellationToken).ConfigureAwait(false);
        var start = result.Buffer.Slice(0, Math.Min(Math.Min(MaxTimestamp, _remaining), result.Buffer.Length));
        var length = TimestampLength(start, out _time);
        _remaining -= length;
        _pipe.AdvanceTo(result.Buffer.GetPosition(length));
    }

    private static int TimestampLength(ReadOnlySequence<byte> start, out DateTimeOffset? time)
    {
        Span<byte> bytes = stackalloc byte[(int)start.Length];
        start.CopyTo(bytes);
        time = null;
        var space = bytes.IndexOf((byte)' ');
        var text = space < 0 ? "" : Encoding.ASCII.GetString(bytes[..space]);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed))
            throw new InvalidDataException("The container engine sent a line of a log without the time that was asked for.");
        time = parsed;
        return space + 1;
    }

    private async ValueTask<ReadResult> FillAsync(int length, CancellationToken cancellationToken)
    {
        var result = await _pipe.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        if (result.Buffer.Length < length)
            throw new EndOfStreamException("The container engine broke off within a frame of a container's output.");
        return result;
    }
}
