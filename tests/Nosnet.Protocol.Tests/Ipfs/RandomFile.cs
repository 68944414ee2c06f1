using System.Buffers.Binary;

namespace Nosnet.Protocol.Tests;

/// <summary>A file whose bytes follow from its seed, as importer/import.mjs makes them too; read in pieces of odd lengths.</summary>
internal sealed class RandomFile(uint seed, long size) : Stream
{
    private readonly byte[] _word = new byte[4];
    private uint _state = seed;
    private uint _pieces = seed;
    private int _wordLeft;
    private long _left = size;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static byte[] Bytes(uint seed, int size)
    {
        var bytes = new byte[size];
        using var file = new RandomFile(seed, size);
        file.ReadExactly(bytes);
        return bytes;
    }

    public override int Read(Span<byte> buffer)
    {
        // Streams may give less than is asked for at any time, and this one does.
        _pieces = Next(_pieces);
        var length = (int)Math.Min(_left, Math.Min(buffer.Length, 1 + _pieces % 100_000));
        for (var i = 0; i < length;)
        {
            if (_wordLeft == 0 && length - i >= 4)
            {
                _state = Next(_state);
                BinaryPrimitives.WriteUInt32LittleEndian(buffer[i..], _state);
                i += 4;
                continue;
            }
            if (_wordLeft == 0)
            {
                _state = Next(_state);
                BinaryPrimitives.WriteUInt32LittleEndian(_word, _state);
                _wordLeft = 4;
            }
            buffer[i++] = _word[4 - _wordLeft--];
        }
        _left -= length;
        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static uint Next(uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^ state << 5;
    }
}
