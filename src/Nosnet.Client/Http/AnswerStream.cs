namespace Nosnet.Client;

/// <summary>The body of an answer as whoever called reads it: where its connection is lost, it says so as all calls do.</summary>
internal sealed class AnswerStream(Call call, Stream inner, TimeProvider time) : ReadStream
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(90);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Silence.ReadAsync(inner, buffer, MaxSilence, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Loss.Is(e))
        {
            throw Loss.Of(call, e, mayBeDone: false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
