using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol.Tests;

/// <summary>The importer of the IPFS project itself, run with Node.js: one process for all files.</summary>
internal static class ReferenceImporter
{
    public static async Task<IReadOnlyList<ReferenceResult>> ImportAsync(IReadOnlyList<ReferenceFile> files, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Folder(), "importer");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync(folder, "npm", ["ci", "--no-audit", "--no-fund"], "", cancellationToken);
        var input = JsonSerializer.Serialize(files, ReferenceJson.Default.IReadOnlyListReferenceFile);
        var output = await RunAsync(folder, "node", ["import.mjs"], input, cancellationToken);
        return JsonSerializer.Deserialize(output, ReferenceJson.Default.IReadOnlyListReferenceResult)!;
    }

    private static async Task<string> RunAsync(string folder, string command, string[] arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        process.ExitCode.ShouldBe(0, $"{command} {string.Join(' ', arguments)}: {await complaint}");
        return await output;
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

internal sealed record ReferenceFile(uint Seed, long Size, int ChunkSize, int Links);

internal sealed record ReferenceResult(Cid Cid, long StoredSize);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<ReferenceFile>))]
[JsonSerializable(typeof(IReadOnlyList<ReferenceResult>))]
internal sealed partial class ReferenceJson : JsonSerializerContext;
