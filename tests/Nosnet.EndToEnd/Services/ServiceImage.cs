using System.Diagnostics;
using System.Formats.Tar;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Nosnet.Node;

namespace Nosnet.EndToEnd;

/// <summary>
/// The image of the test service, made of what is on this machine: no registry has to answer, and no runtime has to be downloaded.
/// It holds the service, the .NET that runs these tests, and the C libraries which that needs.
/// </summary>
internal static class ServiceImage
{
    public const string Name = "nosnet-test-service";
    private const string Root = "dotnet";

    public static async Task EnsureAsync(IContainerEngine engine, CancellationToken cancellation)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path))
                await WriteAsync(file, cancellation);
            await using var tar = File.OpenRead(path);
            string[] changes = [$"CMD [\"/{Root}/dotnet\",\"/app/Nosnet.TestService.dll\"]", $"ENV DOTNET_ROOT=/{Root}", "ENV DOTNET_gcServer=0"];
            await engine.ImportImageAsync($"docker.io/library/{Name}", "latest", changes, tar, cancellation);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task WriteAsync(Stream stream, CancellationToken cancellation)
    {
        var framework = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        var web = Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!;
        var root = Path.GetFullPath(Path.Combine(framework, "..", "..", ".."));
        var fxr = Path.Combine(root, "host", "fxr", Path.GetFileName(framework));
        var app = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Nosnet.TestService", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "tmp/") { Mode = (UnixFileMode)0b111_111_111 }, cancellation);
        await WriteAsync(tar, Path.Combine(root, "dotnet"), $"{Root}/dotnet", cancellation);
        foreach (var directory in (string[])[framework, web, fxr])
            await WriteDirectoryAsync(tar, directory, $"{Root}/{Path.GetRelativePath(root, directory)}", cancellation);
        await WriteDirectoryAsync(tar, app, "app", cancellation);
        string[] programs = [Path.Combine(root, "dotnet"), Path.Combine(framework, "libcoreclr.so"), Path.Combine(framework, "libclrjit.so"), await LibraryAsync("libssl.so.3", cancellation)];
        foreach (var library in await NeededAsync(programs, cancellation))
            await WriteAsync(tar, library, library.TrimStart('/'), cancellation);
    }

    private static async Task WriteDirectoryAsync(TarWriter tar, string directory, string name, CancellationToken cancellation)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
            await WriteAsync(tar, file, $"{name}/{Path.GetFileName(file)}", cancellation);
    }

    private static async Task WriteAsync(TarWriter tar, string file, string name, CancellationToken cancellation)
    {
        // What is opened is what a link leads to.
        await using var content = File.OpenRead(file);
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode }, cancellation);
    }

    private static async Task<string> LibraryAsync(string name, CancellationToken cancellation) =>
        (await RunAsync("ldconfig", ["-p"], cancellation)).Split('\n').First(line => line.TrimStart().StartsWith(name, StringComparison.Ordinal)).Split(" => ")[1].Trim();

    private static async Task<IEnumerable<string>> NeededAsync(string[] programs, CancellationToken cancellation)
    {
        // "libm.so.6 => /lib/… (0x…)", and the loader itself without an arrow.
        var lines = (await RunAsync("ldd", programs, cancellation)).Split('\n');
        var named = lines.Select(line => line.Split(" => ")[^1].Trim().Split(' ')[0]).Where(word => word.StartsWith('/') && !word.EndsWith(':'));
        return named.Concat(programs.Where(program => program.Contains("libssl", StringComparison.Ordinal))).Distinct();
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return output;
    }
}
