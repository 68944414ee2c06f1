namespace Nosnet.Protocol;

/// <summary>A file cannot be read from its blocks: one is missing, is not the one that was asked for, or is no part of a file.</summary>
public sealed class UnixFsException : IOException
{
    internal UnixFsException(Cid block, string message, bool isMissing = false)
        : base(message)
    {
        Block = block;
        IsMissing = isMissing;
    }

    /// <summary>The block.</summary>
    public Cid Block { get; }

    /// <summary>Whether the block is not there; else it is there and wrong.</summary>
    public bool IsMissing { get; }
}
