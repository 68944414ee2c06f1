using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The results of confidential jobs, which are nowhere else: kept for their owners for a while after the jobs have ended.</summary>
internal sealed class KeptResults(string directory, TimeProvider time)
{
    /// <summary>How long a result is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // Whoever posts many jobs and collects nothing shall not fill the disk.
    private const long MostBytes = 1024L * 1024 * 1024;
    private const string Prefix = "result-";

    /// <summary>Keeps a result; when it returns, it is on disk.</summary>
    public void Keep(RunAddress run, byte[] result)
    {
        WholeFile.Write(PathOf(run), result);
        Sweep();
    }

    /// <summary>The result of a run; null where none is kept.</summary>
    public byte[]? Find(RunAddress run)
    {
        var file = new FileInfo(PathOf(run));
        try
        {
            return file.Exists && !IsOver(file) ? File.ReadAllBytes(file.FullName) : null;
        }
        catch (FileNotFoundException)
        {
            return null; // Swept away meanwhile.
        }
    }

    /// <summary>Removes what is too old or, the oldest first, too much.</summary>
    public void Sweep()
    {
        long bytes = 0;
        // Others write and sweep meanwhile: what has just been listed may be gone.
        var files = new DirectoryInfo(directory).GetFiles(Prefix + "*").Where(file => file.Exists && !IsBeingWritten(file));
        foreach (var file in files.OrderByDescending(file => file.LastWriteTimeUtc))
        {
            bytes += file.Length;
            if (bytes > MostBytes || IsOver(file))
                file.Delete();
        }
    }

    private bool IsOver(FileInfo file) => time.GetUtcNow() - file.LastWriteTimeUtc > Lifetime;

    private bool IsBeingWritten(FileInfo file) => file.Name.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal) && !IsOver(file);

    private string PathOf(RunAddress run) => Path.Combine(directory, Prefix + run);
}
