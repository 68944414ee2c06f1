using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Cli;

internal sealed class ReceiptsVerifyCommand : Command
{
    private readonly Terminal _terminal;
    private readonly ConnectionOptions _connection = new();

    private readonly Argument<string?> _tx = new("tx")
    {
        Description = "The id of a change, whose receipt is fetched.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = new("--file") { Description = "A receipt or an export in a file; nobody is asked.", HelpName = "file" };
    private readonly Option<string?> _store = new("--store") { Description = "The data directory of a network: its whole chain, and its balances against it.", HelpName = "directory" };
    private readonly Option<AccountAddress?> _network = Parsed.Option<AccountAddress>("--network", "The network's key as you know it. [default: the one that is named by what is verified]", "key");

    public ReceiptsVerifyCommand(Terminal terminal)
        : base("verify", "Verifies a receipt, an export of the chain, or a store.")
    {
        _terminal = terminal;
        Add(_tx);
        Add(_file);
        Add(_store);
        Add(_network);
        _connection.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var network = parsed.GetValue(_network);
        try
        {
            switch (parsed.GetValue(_tx), parsed.GetValue(_file), parsed.GetValue(_store))
            {
                case ({ } tx, null, null):
                    using (var client = _connection.Connect(parsed, _terminal))
                        Verify(await client.Receipts.GetAsync(tx, cancellation), network, tx);
                    return ExitCodes.Ok;
                case (null, { } file, null):
                    await VerifyFileAsync(file, network, cancellation);
                    return ExitCodes.Ok;
                case (null, null, { } directory):
                    Tell(StoreAudit.Run(directory, network, cancellation), "All balances are what their postings add up to.");
                    return ExitCodes.Ok;
                default:
                    throw new UsageException("Give one of these: a tx, --file with a receipt or an export, or --store with a data directory.");
            }
        }
        catch (InvalidDataException e)
        {
            throw new NosanaException(e.Message, e);
        }
    }

    private async Task VerifyFileAsync(string file, AccountAddress? network, CancellationToken cancellation)
    {
        if (!File.Exists(file))
            throw new UsageException($"There is no file '{file}'.");
        await using var stream = File.OpenRead(file);
        if (await ReceiptAsync(stream, cancellation) is { } receipt)
        {
            Verify(receipt, network, receipt.Tx.ToString());
            return;
        }

        stream.Position = 0;
        var audit = await ChainExport.AuditAsync(stream, network, cancellation);
        if (audit.Height == 0)
            throw new InvalidDataException($"The export {file} holds no block, so it tells nothing of any network. Export the chain anew.");
        Tell(audit, "An export tells no balances; --store verifies those too.");
    }

    /// <summary>A receipt is one JSON object, an export has one on each line.</summary>
    private static async Task<Receipt?> ReceiptAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, ProtocolJson.Default.Receipt, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Verify(Receipt receipt, AccountAddress? network, string asked)
    {
        var key = network ?? receipt.Network;
        if (receipt.Tx.ToString() != asked)
            throw new InvalidDataException($"The receipt is of {receipt.Tx}, not of {asked}.");
        if (!receipt.Verify(key, out var fault))
            throw new InvalidDataException(fault);
        _terminal.Print($"{receipt.Entry.Kind} at {receipt.Entry.At:u}, {receipt.Entry.Amount}: entry {receipt.Index} of block {receipt.Block.Height}, signed with {key}.");
        if (network is null)
            _terminal.Say("The receipt itself named the key; --network compares it with the one that you know.");
    }

    private void Tell(ChainAudit audit, string more)
    {
        _terminal.Print($"The chain is whole: {audit.Height} blocks, {audit.Entries} entries, signed with {audit.Network}. Its head is {audit.Hash}.");
        _terminal.Say(more);
    }
}
