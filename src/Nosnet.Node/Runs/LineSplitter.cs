using System.Buffers;
using System.Text;

namespace Nosnet.Node;

/// <summary>A line of a container's output.</summary>
/// <param name="Text">The line, without its break. Bytes that are no UTF-8 are replaced.</param>
/// <param name="End">How many bytes of the stream there were up to its end, its break included.</param>
internal readonly record struct OutputLine(string Text, long End);

/// <summary>Cuts a stream of bytes into lines.</summary>
/// <remarks>
/// Lines end with LF, CR LF or a lone CR, by which progress bars overwrite themselves; such a line may not be empty. A line that is too
/// long is cut between characters.
/// </remarks>
/// <param name="mask">What must not stand across a cut.</param>
/// <param name="maxLine">The most bytes of one line.</param>
internal sealed class LineSplitter(SecretMask mask, int maxLine = LineSplitter.DefaultMaxLine)
{
    public const int DefaultMaxLine = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _line = new(256);
    private long _position;
    private long _skipUntil;
    private bool _afterReturn;

    /// <summary>How many bytes of the stream have become lines or stand in the line that has begun.</summary>
    public long Position => _position;

    /// <summary>Begins the same stream again at its first byte; what has become lines is not made into lines again.</summary>
    public void Rewind(long until)
    {
        _line.ResetWrittenCount();
        _position = 0;
        _skipUntil = until;
        _afterReturn = false;
    }

    /// <summary>Takes the next bytes and adds the lines that end in them.</summary>
    public void Take(ReadOnlySpan<byte> bytes, List<OutputLine> lines)
    {
        if (_position < _skipUntil)
        {
            var skipped = (int)Math.Min(bytes.Length, _skipUntil - _position);
            if (skipped > 0)
                _afterReturn = bytes[skipped - 1] == '\r';
            _position += skipped;
            bytes = bytes[skipped..];
        }
        while (!bytes.IsEmpty)
        {
            if (_afterReturn && bytes[0] == '\n')
            {
                _position++;
                bytes = bytes[1..];
                _afterReturn = false;
                continue;
            }
            _afterReturn = false;
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            Add(end < 0 ? bytes : bytes[..end], lines);
            if (end < 0)
                return;
            _position++;
            _afterReturn = bytes[end] == '\r';
            // A lone CR often stands before what it introduces: then there is no line before it.
            if (!_afterReturn || _line.WrittenCount > 0)
                Emit(_line.WrittenCount, lines);
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The end of the stream: what stands there without a break is a line too.</summary>
    public void Complete(List<OutputLine> lines)
    {
        if (_line.WrittenCount > 0)
            Emit(_line.WrittenCount, lines);
    }

    private void Add(ReadOnlySpan<byte> bytes, List<OutputLine> lines)
    {
        while (_line.WrittenCount + bytes.Length > maxLine)
        {
            var part = bytes[..(maxLine - _line.WrittenCount)];
            _line.Write(part);
            _position += part.Length;
            bytes = bytes[part.Length..];
            Emit(mask.IsEmpty ? WholeCharacters(_line.WrittenSpan) : Math.Min(WholeCharacters(_line.WrittenSpan), mask.Cut(_line.WrittenSpan)), lines);
        }
        _line.Write(bytes);
        _position += bytes.Length;
    }

    private void Emit(int length, List<OutputLine> lines)
    {
        var rest = _line.WrittenSpan[length..].ToArray();
        lines.Add(new OutputLine(Encoding.UTF8.GetString(_line.WrittenSpan[..length]), _position - rest.Length));
        _line.ResetWrittenCount();
        _line.Write(rest);
    }

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        // A character has four bytes at most, so the one that is cut off begins among the last three.
        for (var i = bytes.Length - 1; i >= bytes.Length - 3 && i > 0; i--)
        {
            if ((bytes[i] & 0xC0) == 0x80)
                continue;
            var needed = bytes[i] switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return i + needed > bytes.Length ? i : bytes.Length;
        }
        return bytes.Length;
    }
}
