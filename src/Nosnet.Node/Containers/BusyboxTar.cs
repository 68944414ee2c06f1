using System.Diagnostics;
using System.Formats.Tar;
using System.Text;

namespace Nosnet.Node;

/// <summary>The file system of an image that holds nothing but a static busybox.</summary>
internal static class BusyboxTar
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Shared = Everyone | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <summary>What this busybox can do, by its own word.</summary>
    public static async Task<IReadOnlyList<string>> AppletsAsync(string busybox, CancellationToken cancellationToken)
    {
        using var process = Process.Start(
            new ProcessStartInfo(busybox, "--list") { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new EngineUnavailableException($"{busybox} could not be started.");
        var applets = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return [.. applets.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    public static async Task WriteAsync(
        Stream destination, string busybox, IReadOnlyList<string> applets, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var directory in (string[])["bin/", "etc/", "root/", "tmp/"])
            await WriteAsync(new PaxTarEntry(TarEntryType.Directory, directory) { Mode = directory == "tmp/" ? Shared : Everyone }).ConfigureAwait(false);
        await WriteFileAsync("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n").ConfigureAwait(false);
        await WriteFileAsync("etc/group", "root:x:0:\nnogroup:x:65534:\n").ConfigureAwait(false);

        using var program = File.OpenRead(busybox);
        await WriteAsync(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = Everyone, DataStream = program }).ConfigureAwait(false);
        // busybox lists itself; a link of that name would take its own place.
        foreach (var applet in applets.Where(applet => applet != "busybox"))
            await WriteAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox", Mode = Everyone }).ConfigureAwait(false);

        Task WriteAsync(TarEntry entry) => tar.WriteEntryAsync(entry, cancellationToken);

        async Task WriteFileAsync(string name, string text)
        {
            using var content = new MemoryStream(Encoding.ASCII.GetBytes(text));
            await WriteAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = Readable, DataStream = content }).ConfigureAwait(false);
        }
    }
}
