using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class IpfsAddCommand : NetworkCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The file, or - for standard input." };

    public IpfsAddCommand(Terminal terminal)
        : base(terminal, "add", "Pins a file and prints its CID. Whoever knows the CID can read it.")
    {
        Add(_file);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_file);
        if (file != "-" && !File.Exists(file))
            throw new UsageException($"There is no file '{file}'.");
        await using var content = file == "-" ? Terminal.OpenInput() : File.OpenRead(file);
        var cid = await client.Ipfs.AddAsync(content, cancellation);
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("cid", cid.ToString());
                json.WriteEndObject();
            });
        }
        else
        {
            Terminal.Print(cid.ToString());
        }
        return ExitCodes.Ok;
    }
}
