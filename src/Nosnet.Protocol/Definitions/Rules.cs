namespace Nosnet.Protocol;

/// <summary>What names and paths have to look like so that a container engine takes them.</summary>
internal static class Rules
{
    public const string SafeName = "a name of letters, digits, '.', '_' and '-' that starts with a letter or digit";
    public const string WorkDir = "an absolute path outside /proc and /sys, or a literal for one";
    public const string MountPath = "an absolute path without ',', ':' and '..', outside /proc, /sys and /dev, or a literal for one";
    public const string Image = "the name of an image as [registry/]path[:tag][@digest]";
    public const string NotEmpty = "a text that is not empty";

    public static bool Any(string text) => true;

    public static bool IsNotEmpty(string text) => text.Length > 0;

    public static bool IsSafeName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Volumes get the job's address before their name, so that any of these characters may be the first.</summary>
    public static bool IsVolumeName(string text) =>
        Literal.MayContain(text) || (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));

    /// <summary>A working directory may also be empty, which means the image's own. One below /proc once led out of the container (CVE-2024-21626).</summary>
    public static bool IsWorkDir(string text) => text.Length == 0 || Literal.MayContain(text) || (text.StartsWith('/') && !IsBelow(text, "proc", "sys"));

    /// <summary>
    /// Where a volume may be seen. Engines write mounts as options between commas: a path with one could name another volume, or an option.
    /// </summary>
    public static bool IsMountPath(string text) =>
        Literal.MayContain(text)
        || (text.StartsWith('/') && !text.Any(c => char.IsControl(c) || c is ',' or ':') && !text.Split('/').Contains("..") && !IsBelow(text, "proc", "sys", "dev"));

    public static bool IsImage(string text) => ImageName.TryParse(text, out _) || (Literal.MayContain(text) && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)));

    public static bool IsVariable(string text) => text.Length > 0 && !text.AsSpan().ContainsAny('=', '\0');

    // However many slashes and dots are written before it.
    private static bool IsBelow(string path, params ReadOnlySpan<string> roots)
    {
        var parts = new Stack<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
                parts.TryPop(out _);
            else if (part != ".")
                parts.Push(part);
        }
        return parts.LastOrDefault() is { } first && roots.Contains(first);
    }

    /// <summary>What follows the port in a URL.</summary>
    public static bool IsUrlPath(string text) =>
        (text.Length == 0 || text[0] is '/' or '?' || Literal.MayContain(text)) && !text.Any(c => char.IsControl(c) || c == ' ');

    public static bool IsHeaderName(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));

    public static bool IsHeaderValue(string text) => !text.Any(c => char.IsControl(c) && c != '\t');
}
