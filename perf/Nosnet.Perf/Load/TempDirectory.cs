namespace Nosnet.Perf;

/// <summary>A directory that is gone when the measurement is over.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nosnet-perf-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
