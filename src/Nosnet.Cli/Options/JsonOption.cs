using System.CommandLine;

namespace Nosnet.Cli;

/// <summary>Whether data shall be for programs.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print data as JSON, in the words of the API." };
}
