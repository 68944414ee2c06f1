namespace Nosnet.Client;

/// <summary>Passes on whatever is read through it, so that one reading serves two.</summary>
internal sealed class PassingStream(Stream source, Stream target) : ReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(buffer[..read], cancellationToken).ConfigureAwait(false);
        return read;
    }
}
