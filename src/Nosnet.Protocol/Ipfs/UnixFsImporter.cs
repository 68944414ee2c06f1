namespace Nosnet.Protocol;

/// <summary>
/// Cuts a file into blocks as <c>ipfs add</c> does for CIDv0, so that its CID is the one that any IPFS node computes: chunks of
/// 256 KiB, each in a UnixFS file node, under a balanced tree of 174 links a node.
/// See https://specs.ipfs.tech/unixfs/ and https://ipld.io/specs/codecs/dag-pb/spec/.
/// </summary>
public static class UnixFsImporter
{
    internal const int ChunkSize = 256 * 1024;
    internal const int Links = 174;

    /// <summary>Imports a stream from where it stands to its end, holding one chunk in memory, whatever its length.</summary>
    /// <param name="content">The file.</param>
    /// <param name="emit">Takes each block, children before parents, the root last. The bytes are lent: they change after the call is over.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    public static Task<UnixFsFile> ImportAsync(Stream content, Func<IpfsBlock, ValueTask> emit, CancellationToken cancellationToken) =>
        ImportAsync(content, emit, ChunkSize, Links, cancellationToken);

    internal static async Task<UnixFsFile> ImportAsync(
        Stream content, Func<IpfsBlock, ValueTask> emit, int chunkSize, int links, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(emit);
        var tree = new UnixFsTree(links);
        var chunk = new byte[chunkSize];
        var length = await content.ReadAtLeastAsync(chunk, chunkSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        do
        {
            tree.Add(chunk.AsSpan(0, length));
            await EmitAsync().ConfigureAwait(false);
            length = length < chunkSize
                ? 0
                : await content.ReadAtLeastAsync(chunk, chunkSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        while (length > 0);
        var file = tree.Finish();
        await EmitAsync().ConfigureAwait(false);
        return file;

        async ValueTask EmitAsync()
        {
            foreach (var block in tree.Ready)
                await emit(block).ConfigureAwait(false);
            tree.Ready.Clear();
        }
    }

    /// <summary>Imports a file that is in memory.</summary>
    /// <param name="content">The file.</param>
    /// <param name="emit">Takes each block, children before parents, the root last. The bytes are lent: they change after the call is over.</param>
    public static UnixFsFile Import(ReadOnlySpan<byte> content, Action<IpfsBlock> emit)
    {
        ArgumentNullException.ThrowIfNull(emit);
        var tree = new UnixFsTree(Links);
        do
        {
            var chunk = content[..Math.Min(ChunkSize, content.Length)];
            content = content[chunk.Length..];
            tree.Add(chunk);
            Emit();
        }
        while (!content.IsEmpty);
        var file = tree.Finish();
        Emit();
        return file;

        void Emit()
        {
            foreach (var block in tree.Ready)
                emit(block);
            tree.Ready.Clear();
        }
    }

    /// <summary>The CID of a file that is in memory.</summary>
    public static Cid CidOf(ReadOnlySpan<byte> content) => Import(content, static _ => { }).Root;
}
