using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A body that is somebody else's stream: it is read once, from where it stands, and left open; on its way its CID is computed.</summary>
internal sealed class BorrowedContent(Stream stream) : HttpContent
{
    private readonly long? _length = stream.CanSeek ? stream.Length - stream.Position : null;

    /// <summary>The CID of what was sent; null before it was.</summary>
    public Cid? Cid { get; private set; }

    protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) =>
        SerializeToStreamAsync(target, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream target, TransportContext? context, CancellationToken cancellationToken)
    {
        var passing = new PassingStream(stream, target);
        await using (passing.ConfigureAwait(false))
            Cid = (await UnixFsImporter.ImportAsync(passing, _ => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false)).Root;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length ?? 0;
        return _length is not null;
    }
}
