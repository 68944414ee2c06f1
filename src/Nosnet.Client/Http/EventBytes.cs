namespace Nosnet.Client;

/// <summary>
/// The bytes of an event stream, watched: an event without end is refused before it fills the memory, and a connection over
/// which nothing at all has come for long is taken for lost.
/// </summary>
internal sealed class EventBytes(Stream inner, long maxEventBytes, TimeSpan maxSilence, TimeProvider time) : ReadStream
{
    private long _eventBytes;
    private bool _lineIsEmpty = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Silence.ReadAsync(inner, buffer, maxSilence, time, cancellationToken).ConfigureAwait(false);
        Count(buffer.Span[..read]);
        return read;
    }

    /// <summary>An empty line ends an event.</summary>
    private void Count(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _eventBytes++;
            if (b == '\n')
            {
                if (_lineIsEmpty)
                    _eventBytes = 0;
                _lineIsEmpty = true;
            }
            else if (b != '\r')
            {
                _lineIsEmpty = false;
            }
        }
        if (_eventBytes > maxEventBytes)
            throw new NosanaException($"The network sent an event of more than {maxEventBytes / 1024 / 1024} MiB; the stream was left.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
