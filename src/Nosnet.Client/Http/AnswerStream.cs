namespace Nosnet.Client;

/// <summary>The body of an answer as whoever called reads it: where its connection is lost, it says so as all calls do.</summary>
internal sealed class AnswerStream(Call call, Stream inner) : ReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Loss.Is(e))
        {
            throw Loss.Of(call, e, mayBeDone: false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (Exception e) when (Loss.Is(e))
        {
            throw Loss.Of(call, e, mayBeDone: false);
        }
    }

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
