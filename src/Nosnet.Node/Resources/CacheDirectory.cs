using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Node;

/// <summary>
/// The cache as it lies on disk: a directory for each set of files that is whole, and one for each that is not yet. Something becomes whole by
/// one renaming, so that no crash leaves a half that looks so.
/// </summary>
internal sealed class CacheDirectory
{
    private const string Description = "entry.json";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string _whole;
    private readonly string _parts;

    public CacheDirectory(string directory)
    {
        // Only its owner enters; beneath, everyone may read, since containers have users of their own.
        OwnerOnly.CreateDirectory(directory);
        (_whole, _parts) = (Path.Combine(directory, "whole"), Path.Combine(directory, "parts"));
        Directory.CreateDirectory(_whole);
        Directory.CreateDirectory(_parts);
    }

    /// <summary>Where the files of something whole are.</summary>
    public string Files(string id) => Path.Combine(_whole, id, "files");

    /// <summary>Where something is put together.</summary>
    public string Part(string id) => Path.Combine(_parts, id);

    /// <summary>Whether something is there whole: every file that it had when it became so, at its length.</summary>
    public bool IsWhole(string id) =>
        Read(id) is { } entry && entry.Files.All(file => new FileInfo(Path.Combine(Files(id), file.Key)) is { Exists: true } found && found.Length == file.Value);

    /// <summary>What was put together is whole from now on.</summary>
    public void Complete(string id, CacheEntry entry)
    {
        var part = Part(id);
        using (var file = new FileStream(Path.Combine(part, Description), FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, entry, CacheJson.Default.CacheEntry);
            file.Flush(flushToDisk: true);
        }
        Remove(id);
        OpenToAll(part);
        Directory.Move(part, Path.Combine(_whole, id));
    }

    /// <summary>It was of use now.</summary>
    public void Touch(string id, DateTimeOffset now) => File.SetLastWriteTimeUtc(Path.Combine(_whole, id, Description), now.UtcDateTime);

    /// <summary>The latest of what came of the same request, whatever its files were then; null where nothing did.</summary>
    public string? LatestOf(string request) => Whole().Where(item => Read(item.Id)?.Request == request).MaxBy(item => item.LastUsed)?.Id;

    /// <summary>All that is whole.</summary>
    public IReadOnlyList<CachedItem> Whole() =>
    [
        .. new DirectoryInfo(_whole).EnumerateDirectories().Select(directory =>
            new CachedItem(directory.Name, Read(directory.Name)?.Files.Values.Sum() ?? 0, File.GetLastWriteTimeUtc(Path.Combine(directory.FullName, Description)))),
    ];

    /// <summary>All that is not yet.</summary>
    public IReadOnlyList<CachedItem> Parts() =>
    [
        .. new DirectoryInfo(_parts).EnumerateDirectories().Select(directory => new CachedItem(
            directory.Name, directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), directory.LastWriteTimeUtc)),
    ];

    public void Remove(string id)
    {
        var whole = Path.Combine(_whole, id);
        if (!Directory.Exists(whole))
            return;
        // Its description first: what a crash leaves of it is not whole.
        File.Delete(Path.Combine(whole, Description));
        Directory.Delete(whole, recursive: true);
    }

    public void RemovePart(string id)
    {
        if (Directory.Exists(Part(id)))
            Directory.Delete(Part(id), recursive: true);
    }

    // Whatever this process was told of the files that it makes.
    private static void OpenToAll(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, Readable);
        foreach (var inner in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(inner, Enterable);
        File.SetUnixFileMode(directory, Enterable);
    }

    private CacheEntry? Read(string id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(_whole, id, Description)), CacheJson.Default.CacheEntry);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>What is told beside the files of something whole.</summary>
/// <param name="Request">The hash of what was asked for, credentials included.</param>
/// <param name="Files">The files and their lengths.</param>
internal sealed record CacheEntry(string Request, Dictionary<string, long> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CacheEntry))]
[JsonSerializable(typeof(CachedItem[]))]
internal sealed partial class CacheJson : JsonSerializerContext;
