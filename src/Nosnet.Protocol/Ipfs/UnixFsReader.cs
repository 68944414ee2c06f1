using System.Runtime.CompilerServices;

namespace Nosnet.Protocol;

/// <summary>Reads files back from their blocks and believes none of them: each must have the hash and the size that its parent named.</summary>
/// <param name="fetch">Gives the bytes of a block, or null where it is not there.</param>
public sealed class UnixFsReader(Func<Cid, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> fetch)
{
    /// <summary>Levels of a tree at most. A balanced one of 174 links needs 4 of them for a petabyte.</summary>
    public const int MaxDepth = 32;

    /// <summary>Bytes of a file at most; a longer one is refused at its root. By default there is no limit.</summary>
    public long MaxSize { get; init; } = long.MaxValue;

    /// <summary>Bytes of the file, as its root says.</summary>
    /// <exception cref="UnixFsException">The root is missing or wrong.</exception>
    public async ValueTask<long> SizeAsync(Cid root, CancellationToken cancellationToken = default) =>
        (await ReadNodeAsync(root, cancellationToken).ConfigureAwait(false)).Size;

    /// <summary>The file's bytes in order, one piece a block.</summary>
    /// <exception cref="UnixFsException">A block is missing or wrong; what was given out before belongs to the file all the same.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Cid root, CancellationToken cancellationToken = default) => ReadAsync(root, 0, cancellationToken);

    /// <summary>The file's bytes from a place on, one piece a block. Blocks that lie wholly before it are not fetched.</summary>
    /// <exception cref="UnixFsException">A block is missing or wrong; what was given out before belongs to the file all the same.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Cid root, long from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        // What is still to be read, the next part on top.
        var pending = new Stack<(UnixFsLink Part, int Depth)>();
        var node = await ReadNodeAsync(root, cancellationToken).ConfigureAwait(false);
        if (node.Size > MaxSize)
            throw new UnixFsException(root, $"The file {root} has {node.Size} bytes; {MaxSize} are allowed.");
        var depth = 1;
        while (true)
        {
            if (node.Data.Length > from)
                yield return node.Data[(int)from..];
            from = Math.Max(0, from - node.Data.Length);
            for (var i = node.Links.Count - 1; i >= 0; i--)
                pending.Push((node.Links[i], depth + 1));
            (UnixFsLink Part, int Depth) next;
            do
            {
                if (!pending.TryPop(out next))
                    yield break;
            }
            while (TrySkip(next.Part));
            if (next.Depth > MaxDepth)
                throw new UnixFsException(next.Part.Cid, $"The file {root} is nested more than {MaxDepth} levels deep.");
            depth = next.Depth;
            node = await ReadNodeAsync(next.Part.Cid, cancellationToken).ConfigureAwait(false);
            if (node.Size != next.Part.Size)
                throw new UnixFsException(next.Part.Cid, $"The block {next.Part.Cid} has {node.Size} bytes of the file; its parent says {next.Part.Size}.");
        }

        bool TrySkip(UnixFsLink part)
        {
            if (from == 0 || part.Size > from)
                return false;
            from -= part.Size;
            return true;
        }
    }

    /// <summary>Writes the file to a stream.</summary>
    /// <exception cref="UnixFsException">A block is missing or wrong.</exception>
    public async Task CopyToAsync(Cid root, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await foreach (var piece in ReadAsync(root, cancellationToken).ConfigureAwait(false))
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<UnixFsNode> ReadNodeAsync(Cid cid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await fetch(cid, cancellationToken).ConfigureAwait(false) is not { } bytes)
            throw new UnixFsException(cid, $"The block {cid} is not there.", isMissing: true);
        if (bytes.Length > IpfsBlock.MaxBytes || IpfsBlock.CidOf(bytes.Span) != cid)
            throw new UnixFsException(cid, $"What was given for the block {cid} does not have its hash.");
        return UnixFsNode.TryParse(bytes, out var node, out var refusal)
            ? node
            : throw new UnixFsException(cid, $"The block {cid} cannot be read. {refusal}");
    }
}
