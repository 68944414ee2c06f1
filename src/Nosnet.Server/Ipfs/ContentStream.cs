using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>A file of the content store as a stream that can be read from anywhere in it.</summary>
internal sealed class ContentStream(UnixFsReader reader, Cid root, long length) : Stream
{
    private IAsyncEnumerator<ReadOnlyMemory<byte>>? _pieces;
    private ReadOnlyMemory<byte> _piece;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, length);
            if (value == _position)
                return;
            _position = value;
            // What was under way is left to the collector: it holds nothing but memory.
            _pieces = null;
            _piece = default;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece.IsEmpty)
        {
            _pieces ??= reader.ReadAsync(root, _position, cancellationToken).GetAsyncEnumerator(cancellationToken);
            if (!await _pieces.MoveNextAsync())
                return 0;
            _piece = _pieces.Current;
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is read asynchronously.");
    public override void Flush() => throw new NotSupportedException("Content is not written.");
    public override void SetLength(long value) => throw new NotSupportedException("Content is not written.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is not written.");
}
