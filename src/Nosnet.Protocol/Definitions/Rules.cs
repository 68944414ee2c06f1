namespace Nosnet.Protocol;

/// <summary>What names and paths have to look like so that a container engine takes them.</summary>
internal static class Rules
{
    public const string SafeName = "a name of letters, digits, '.', '_' and '-' that starts with a letter or digit";
    public const string AbsolutePath = "an absolute path, or a literal for one";
    public const string NotEmpty = "a text that is not empty";

    public static bool Any(string text) => true;

    public static bool IsNotEmpty(string text) => text.Length > 0;

    public static bool IsSafeName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Volumes get the job's address before their name, so that any of these characters may be the first.</summary>
    public static bool IsVolumeName(string text) =>
        Literal.MayContain(text) || (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));

    public static bool IsAbsolutePath(string text) => text.StartsWith('/') || Literal.MayContain(text);

    /// <summary>A working directory may also be empty, which means the image's own.</summary>
    public static bool IsWorkDir(string text) => text.Length == 0 || IsAbsolutePath(text);

    public static bool IsImage(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    public static bool IsVariable(string text) => text.Length > 0 && !text.AsSpan().ContainsAny('=', '\0');

    /// <summary>What follows the port in a URL.</summary>
    public static bool IsUrlPath(string text) =>
        (text.Length == 0 || text[0] is '/' or '?' || Literal.MayContain(text)) && !text.Any(c => char.IsControl(c) || c == ' ');

    public static bool IsHeaderName(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));

    public static bool IsHeaderValue(string text) => !text.Any(c => char.IsControl(c) && c != '\t');
}
