namespace Nosnet.Node;

/// <summary>How far the download of a resource is.</summary>
/// <param name="Bytes">How many bytes are there.</param>
/// <param name="TotalBytes">Of how many.</param>
/// <param name="Files">How many files are there.</param>
/// <param name="TotalFiles">Of how many.</param>
internal readonly record struct ResourceStep(long Bytes, long TotalBytes, int Files, int TotalFiles);
