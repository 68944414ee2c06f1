using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class ReceiptsExportCommand : NetworkCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The file to write, or - for standard output." };

    public ReceiptsExportCommand(Terminal terminal)
        : base(terminal, "export", "Writes the network's whole chain to a file. For the operator.")
    {
        Add(_file);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_file);
        if (file is "-")
            await PrintAsync(client, cancellation);
        else
            Terminal.Say($"Wrote {await SaveAsync(client, file, cancellation)} blocks to {file}. To check them: nosnet receipts verify --file {file}");
        return ExitCodes.Ok;
    }

    private async Task PrintAsync(NosanaClient client, CancellationToken cancellation)
    {
        await using var output = Terminal.OpenOutput();
        await client.Receipts.ExportAsync(output, cancellation);
    }

    /// <summary>The file is there whole or not at all, and an earlier one stays until then.</summary>
    private static async Task<long> SaveAsync(NosanaClient client, string file, CancellationToken cancellation)
    {
        // A name that nobody else has, so that what is removed where this fails is its own.
        var part = $"{file}.{Path.GetRandomFileName()}.part";
        var stream = Create(part, file);
        try
        {
            long blocks;
            await using (stream)
                blocks = await client.Receipts.ExportAsync(stream, cancellation);
            File.Move(part, file, overwrite: true);
            return blocks;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static FileStream Create(string part, string file)
    {
        try
        {
            return new FileStream(part, FileMode.CreateNew);
        }
        catch (DirectoryNotFoundException)
        {
            throw new UsageException($"There is no directory for '{file}'. Make it, or name another file.");
        }
    }
}
