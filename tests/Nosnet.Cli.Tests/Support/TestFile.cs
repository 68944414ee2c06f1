namespace Nosnet.Cli.Tests;

/// <summary>A file that goes with the test.</summary>
internal sealed class TestFile : IDisposable
{
    public TestFile(string content) => File.WriteAllText(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"nosnet-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(Path);
}
