using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class ReceiptsExportCommand : NetworkCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The file to write." };

    public ReceiptsExportCommand(Terminal terminal)
        : base(terminal, "export", "Writes the network's whole chain to a file. For the operator.")
    {
        Add(_file);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_file);
        long blocks;
        await using (var stream = File.Create(file))
            blocks = await client.Receipts.ExportAsync(stream, cancellation);
        Terminal.Say($"Wrote {blocks} blocks to {file}. To check them: nosnet receipts verify --file {file}");
        return ExitCodes.Ok;
    }
}
