namespace Nosnet.Node;

/// <summary>The programs that are installed on this machine.</summary>
internal static class Programs
{
    // A service's PATH often lacks the administrator's directories, where podman's own tools live.
    private static readonly string[] UsualDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The path of a program; null where it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(UsualDirectories)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(
                path => File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);
}
