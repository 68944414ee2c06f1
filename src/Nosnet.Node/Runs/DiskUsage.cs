using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Nosnet.Node;

/// <summary>What is on this machine's disk.</summary>
internal static class DiskUsage
{
    /// <summary>
    /// How many bytes directories take up, whatever a container made of their content; null where that cannot be told, as with an engine
    /// on another machine.
    /// </summary>
    /// <remarks>
    /// By "du", which is wherever a container engine is: names that are no text, paths too long to open and links that change while one
    /// looks would each hide something from .NET's own enumeration.
    /// </remarks>
    public static async Task<long?> OfAsync(IReadOnlyCollection<string> directories, CancellationToken cancellationToken)
    {
        string[] present = [.. directories.Where(Directory.Exists)];
        if (present.Length == 0)
            return directories.Count == 0 ? 0 : null;
        if (Programs.Find("du") is not { } du)
            return null;
        var start = new ProcessStartInfo(du) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-s", "-k", "-x", "--", .. present])
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start);
            if (process is null)
                return null;
            await using var stopping = cancellationToken.Register(static p => Kill((Process)p!), process);
            // What vanishes while it looks makes it complain; what it counted counts.
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            return Parse(await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            return null; // No process can be started now; the next look may.
        }
    }

    /// <summary>Adds up lines of KiB and paths; null where there is none.</summary>
    public static long? Parse(string output)
    {
        long? sum = null;
        foreach (var line in output.Split('\n'))
        {
            if (line.IndexOf('\t', StringComparison.Ordinal) is > 0 and var end && long.TryParse(line.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes))
                sum = (sum ?? 0) + kibibytes * 1024;
        }
        return sum;
    }

    /// <summary>How much of the disk of a path is left, of its bytes or its files, whichever is less; 1 where that cannot be told.</summary>
    public static double Left(string path)
    {
        // The fields of the kernel's own structure on 64-bit Linux: block sizes, blocks (all, free, available), files (all, free).
        const int size = 32, blocks = 2, available = 4, files = 5, filesFree = 6;
        var fields = new ulong[size];
        if (IntPtr.Size != sizeof(long) || !OperatingSystem.IsLinux() || statvfs(path, fields) != 0 || fields[blocks] == 0)
            return 1;
        var bytes = (double)fields[available] / fields[blocks];
        return fields[files] == 0 ? bytes : Math.Min(bytes, (double)fields[filesFree] / fields[files]);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statvfs([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] ulong[] fields);
}
