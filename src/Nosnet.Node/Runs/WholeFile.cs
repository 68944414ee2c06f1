namespace Nosnet.Node;

/// <summary>Files that are there whole or not at all, also when the machine goes down in between. That the new name may then be lost is well: the containers are, too.</summary>
internal static class WholeFile
{
    /// <summary>What the name of a file ends with while it is being written, or where that came to no end.</summary>
    public const string Unfinished = ".next";

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = path + Unfinished;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
