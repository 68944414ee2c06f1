using System.Text;

namespace Nosnet.Cli.Tests;

/// <summary>Runs a command line in this process, its output caught.</summary>
internal static class Cli
{
    public static async Task<CliRun> RunAsync(params string[] args) => await RunAsync("", args);

    public static Task<CliRun> RunAsync(TestNetwork network, params string[] args) => RunAsync("", [.. At(network, args)]);

    public static async Task<CliRun> RunAsync(string input, string[] args, bool screen = false, params (string Name, string Value)[] variables)
    {
        var (output, error, bytes) = (new StringWriter(), new StringWriter(), new MemoryStream());
        var terminal = new Terminal(output, error)
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OpenOutput = () => bytes,
            OutIsShown = screen,
            ErrorIsShown = screen,
            Variable = name => variables.FirstOrDefault(v => v.Name == name).Value,
        };
        var code = await Program.RunAsync(args, terminal);
        return new CliRun(code, output.ToString(), error.ToString(), bytes.ToArray());
    }

    /// <summary>The connection goes before a double dash, behind which everything belongs to the job.</summary>
    public static IEnumerable<string> At(TestNetwork network, params string[] args)
    {
        string[] connection = ["--url", network.Url.ToString(), "--key", "nos_test"];
        var dash = Array.IndexOf(args, "--");
        return dash < 0 ? [.. args, .. connection] : [.. args[..dash], .. connection, .. args[dash..]];
    }
}

/// <summary>What a command line did.</summary>
internal sealed record CliRun(int Code, string Out, string Error, byte[] Bytes);
