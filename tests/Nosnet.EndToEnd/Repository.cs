// Real containers, killed processes and one official client want the machine to themselves.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Nosnet.EndToEnd;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Nosnet.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of a checkout: no Nosnet.slnx above them.");
        return directory.FullName;
    }
}
