namespace Nosnet.Protocol;

/// <summary>Reads the fields of a protobuf message one after another; false where the bytes are no such message.</summary>
internal ref struct ProtobufReader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> _message = message;
    private int _position;

    public readonly bool AtEnd => _position == _message.Length;

    /// <summary>Reads a field of which the number and type fit into a byte, as all of these schemas do.</summary>
    public bool TryRead(out byte tag, out long number, out ReadOnlyMemory<byte> bytes)
    {
        (tag, number, bytes) = (0, 0, default);
        if (!TryReadVarint(out var key) || key is < 8 or > 0x7F)
            return false;
        tag = (byte)key;
        switch (tag & 7)
        {
            case 0:
                return TryReadVarint(out number);
            case 1:
                return TryTake(8, out bytes);
            case 2:
                return TryReadVarint(out var length) && TryTake(length, out bytes);
            case 5:
                return TryTake(4, out bytes);
            default:
                return false;
        }
    }

    /// <summary>A number of at most 63 bits: sizes are never negative.</summary>
    private bool TryReadVarint(out long value)
    {
        value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            if (AtEnd)
                return false;
            var next = _message.Span[_position++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }
        return false;
    }

    private bool TryTake(long length, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (length > _message.Length - _position)
            return false;
        bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }
}
