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
        var cid = parsed.GetRequiredValue(_cid);
        if (parsed.GetValue(_output) is { } file)
            await client.Ipfs.SaveAsync(cid, file, cancellation);
        else
            await PrintAsync(client, cid, cancellation);
        return ExitCodes.Ok;
    }

    private async Task PrintAsync(NosanaClient client, Cid cid, CancellationToken cancellation)
    {
        await using var content = await client.Ipfs.GetAsync(cid, cancellation);
        await using var output = Terminal.OpenOutput();
        await content.CopyToAsync(output, cancellation);
    }
}
