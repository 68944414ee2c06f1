namespace Nosnet.Cli;

/// <summary>Where a network or a node lives unless told: below the user's data directory, as the XDG base directory specification has it.</summary>
internal static class DataDirectories
{
    public static string Of(string what) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "nosnet", what);
}
