namespace Nosnet.Protocol;

/// <summary>A file as it lies in a content store.</summary>
/// <param name="Root">The file's CID.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="StoredSize">Bytes of all its blocks, each counted as often as the file uses it: what pin services call its size.</param>
public readonly record struct UnixFsFile(Cid Root, long Size, long StoredSize);
