namespace Nosnet.Node;

/// <summary>The place of a file under a resource's target: relative, and never above it.</summary>
internal readonly record struct ResourcePath
{
    private const int MostBytes = 1024;
    private const int MostSegmentBytes = 255;

    private readonly string? _value;

    private ResourcePath(string value) => _value = value;

    /// <exception cref="ResourceException">It would lead elsewhere, or no file can have that name.</exception>
    public static ResourcePath Parse(string name) => Wrong(name) is { } wrong
        ? throw new ResourceException($"The store has a file named {Shown(name)}, which {wrong}. Leave it out by naming the files to download.")
        : new ResourcePath(name);

    /// <summary>The last part of it.</summary>
    public string Name => ToString()[(ToString().LastIndexOf('/') + 1)..];

    /// <summary>The file in a directory of this machine.</summary>
    public string In(string directory) => Path.Combine([directory, .. ToString().Split('/')]);

    public override string ToString() => _value ?? throw new InvalidOperationException("There is no such path.");

    private static string? Wrong(string name)
    {
        if (name.Any(char.IsControl) || name.Contains('\\'))
            return "holds characters that names of files may not";
        if (name.StartsWith('/'))
            return "is absolute";
        var segments = name.Split('/');
        if (segments.Contains(".."))
            return "leads out of its target";
        if (segments.Any(segment => segment is "" or "."))
            return "has a directory without a name";
        return System.Text.Encoding.UTF8.GetByteCount(name) > MostBytes || segments.Any(segment => System.Text.Encoding.UTF8.GetByteCount(segment) > MostSegmentBytes)
            ? "is too long"
            : null;
    }

    private static string Shown(string name) =>
        $"\"{string.Concat(name.Take(80).Select(c => char.IsControl(c) ? '?' : c))}{(name.Length > 80 ? "…" : "")}\"";
}
