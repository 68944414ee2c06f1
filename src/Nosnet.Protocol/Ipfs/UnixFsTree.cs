namespace Nosnet.Protocol;

/// <summary>
/// Grows a balanced tree from its leaves. Each level holds the links that have no parent yet, fewer than a node takes, so that the memory
/// it needs does not depend on the length of the file.
/// </summary>
internal sealed class UnixFsTree(int links)
{
    private readonly List<List<UnixFsLink>> _levels = [];

    // As large as the largest chunk so far: most files are smaller than one.
    private byte[] _leaf = [];

    /// <summary>Blocks that are made and not yet taken. A leaf's bytes are overwritten by the next leaf.</summary>
    public List<IpfsBlock> Ready { get; } = [];

    public void Add(ReadOnlySpan<byte> chunk)
    {
        if (_leaf.Length < DagPb.MaxLeafLength(chunk.Length))
            _leaf = new byte[DagPb.MaxLeafLength(chunk.Length)];
        var length = DagPb.WriteLeaf(chunk, _leaf);
        Push(0, Make(_leaf.AsMemory(0, length), chunk.Length, below: 0));
    }

    /// <summary>Closes the tree. At least one leaf, which may be empty, must be in it.</summary>
    public UnixFsFile Finish()
    {
        for (var level = 0; ; level++)
        {
            var top = level == _levels.Count - 1;
            if (top && _levels[level] is [var root])
                return new UnixFsFile(root.Cid, root.Size, root.StoredSize);
            if (_levels[level].Count > 0)
                MakeParent(level);
        }
    }

    private void Push(int level, UnixFsLink link)
    {
        if (level == _levels.Count)
            _levels.Add([]);
        _levels[level].Add(link);
        if (_levels[level].Count == links)
            MakeParent(level);
    }

    private void MakeParent(int level)
    {
        var children = _levels[level];
        var parent = Make(DagPb.WriteParent(children), children.Sum(link => link.Size), children.Sum(link => link.StoredSize));
        children.Clear();
        Push(level + 1, parent);
    }

    private UnixFsLink Make(ReadOnlyMemory<byte> bytes, long size, long below)
    {
        var block = IpfsBlock.Of(bytes);
        Ready.Add(block);
        return new UnixFsLink(block.Cid, size, below + bytes.Length);
    }
}
