using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The runs that a node keeps on disk, one directory each. Only one process at a time may have it open.</summary>
internal sealed class RunStore : IDisposable
{
    private readonly string _directory;
    private readonly FileStream _lock;

    private RunStore(string directory, FileStream @lock)
    {
        _directory = directory;
        _lock = @lock;
    }

    /// <summary>
    /// Opens the store in a directory, which is made if need be, readable by its owner alone: definitions may hold logins.
    /// </summary>
    /// <exception cref="EngineUnavailableException">Another node has it open.</exception>
    public static RunStore Open(string directory)
    {
        OwnerOnly.CreateDirectory(directory);
        try
        {
            return new RunStore(
                directory, new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new EngineUnavailableException(
                $"Another node uses the directory {directory}. Stop it, or give this one a directory of its own.", e);
        }
    }

    public RunFiles Files(RunAddress run, int epoch) =>
        new(Path.Combine(_directory, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{run}-{epoch}")));

    /// <summary>All runs whose state can be read; what else lies there is removed.</summary>
    public IReadOnlyList<RunState> ReadAll()
    {
        var states = new List<RunState>();
        foreach (var path in Directory.GetDirectories(_directory))
        {
            var files = new RunFiles(path);
            if (files.ReadState() is { } state)
                states.Add(state);
            else
                files.Delete();
        }
        return states;
    }

    public void Dispose() => _lock.Dispose();
}
