namespace Nosnet.Protocol;

/// <summary>A link from a node of a file's tree to a part of the file.</summary>
/// <param name="Cid">The part's root block.</param>
/// <param name="Size">Bytes of the file in this part.</param>
/// <param name="StoredSize">Bytes of the part's blocks, as the link claims; nobody checks it.</param>
public readonly record struct UnixFsLink(Cid Cid, long Size, long StoredSize);
