using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class IpfsGetCommand : NetworkCommand
{
    private readonly Argument<Cid> _cid = new("cid") { Description = "The file's CID.", CustomParser = Parsed.Cid };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write to this file. [default: standard output]", HelpName = "file" };

    public IpfsGetCommand(Terminal terminal)
        : base(terminal, "get", "Reads a file by its CID.")
    {
        Add(_cid);
        Add(_output);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        await using var content = await client.Ipfs.GetAsync(parsed.GetRequiredValue(_cid), cancellation);
        if (parsed.GetValue(_output) is { } file)
            await SaveAsync(content, file, cancellation);
        else
            await PrintAsync(content, cancellation);
        return ExitCodes.Ok;
    }

    private async Task PrintAsync(Stream content, CancellationToken cancellation)
    {
        await using var output = Terminal.OpenOutput();
        await content.CopyToAsync(output, cancellation);
    }

    /// <summary>The file appears when it is whole.</summary>
    private static async Task SaveAsync(Stream content, string file, CancellationToken cancellation)
    {
        var part = file + ".part";
        try
        {
            await using (var output = File.Create(part))
                await content.CopyToAsync(output, cancellation);
            File.Move(part, file, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
