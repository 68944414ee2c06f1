using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli.Tests;

public sealed class ReceiptsTests
{
    private static readonly KeyPair Key = KeyPair.FromSeed(new byte[32]);
    private static readonly AccountAddress Network = new(Key.Address);

    [Fact]
    public async Task A_receipt_is_fetched_kept_and_verified_with_the_network_gone()
    {
        var receipt = Make();
        string kept;
        await using (var network = await TestNetwork.StartAsync())
        {
            network.Answer($"GET /api/receipts/{receipt.Tx}", JsonSerializer.Serialize(receipt, ProtocolJson.Default.Receipt));
            (await Cli.RunAsync(network, "receipts", "verify", receipt.Tx.ToString(), "--network", Network.ToString())).ShouldSatisfyAllConditions(
                run => run.Code.ShouldBe(0),
                run => run.Out.ShouldBe($"ApiKeyCreated at 2026-01-01 00:00:00Z, $0.000: entry 0 of block 1, signed with {Network}.\n"));
            kept = (await Cli.RunAsync(network, "receipts", "get", receipt.Tx.ToString())).Out;
        }

        using var file = new TestFile(kept);
        (await Cli.RunAsync("receipts", "verify", "--file", file.Path)).Code.ShouldBe(0);
        using var forged = new TestFile(kept.Replace("ApiKeyCreated", "ApiKeyDeleted", StringComparison.Ordinal));
        var run = await Cli.RunAsync("receipts", "verify", "--file", forged.Path);
        (run.Code, run.Out).ShouldBe((ExitCodes.Error, ""));
        run.Error.ShouldContain("not what its bytes say");
        (await Cli.RunAsync("receipts", "verify", "--file", file.Path, "--network", Sample.Account)).Error.ShouldContain("not signed with the key");
    }

    [Fact]
    public async Task A_chain_is_exported_and_verified_and_a_changed_one_named_by_its_block()
    {
        var block = Blocked();
        using var export = new TestFile("");
        await using (var network = await TestNetwork.StartAsync())
        {
            network.Answer("GET /api/receipts/head", JsonSerializer.Serialize(BlockText.Head(block, Network), ProtocolJson.Default.ChainHead));
            network.Answer("GET /api/blocks?from=1&limit=100", JsonSerializer.Serialize(new BlockPage(Network, [BlockText.View(block)]), ProtocolJson.Default.BlockPage));
            network.Answer("GET /api/blocks?from=2&limit=100", JsonSerializer.Serialize(new BlockPage(Network, []), ProtocolJson.Default.BlockPage));
            (await Cli.RunAsync(network, "receipts", "export", export.Path)).Code.ShouldBe(0);
        }

        (await Cli.RunAsync("receipts", "verify", "--file", export.Path)).Out.ShouldBe($"The chain is whole: 1 blocks, 1 entries, signed with {Network}. Its head is {block.Hash}.\n");
        using var changed = new TestFile((await File.ReadAllTextAsync(export.Path, TestContext.Current.CancellationToken)).Replace("2026-01-01T00:00:00", "2026-01-01T00:00:01", StringComparison.Ordinal));
        var run = await Cli.RunAsync("receipts", "verify", "--file", changed.Path);
        (run.Code, run.Error).ShouldBe((ExitCodes.Error, "nosnet: The header of block 1 is none, or its hash is another.\n"));
    }

    [Fact]
    public async Task An_export_that_is_refused_leaves_what_was_there_and_one_without_blocks_verifies_nothing()
    {
        using var earlier = new TestFile("precious");
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/receipts/head", JsonSerializer.Serialize(BlockText.Head(Blocked(), Network), ProtocolJson.Default.ChainHead));
        network.Answer("GET /api/blocks?from=1&limit=100", """{"error":"No.","message":"No.","statusCode":403,"code":"OPERATOR_ONLY"}""", 403);
        (await Cli.RunAsync(network, "receipts", "export", earlier.Path)).Code.ShouldBe(ExitCodes.Error);
        (await File.ReadAllTextAsync(earlier.Path, TestContext.Current.CancellationToken)).ShouldBe("precious");
        NothingIsLeftBeside(earlier.Path);

        using var empty = new TestFile($$"""{"network":"{{Network}}"}""" + "\n");
        var run = await Cli.RunAsync("receipts", "verify", "--file", empty.Path);
        (run.Code, run.Out).ShouldBe((ExitCodes.Error, ""));
        run.Error.ShouldContain("holds no block");
    }

    [Theory]
    [InlineData(200, ExitCodes.Ok)]
    [InlineData(403, ExitCodes.Error)]
    public async Task A_file_beside_the_export_is_left_alone(int status, int code)
    {
        using var export = new TestFile("");
        var beside = export.Path + ".part";
        await File.WriteAllTextAsync(beside, "precious", TestContext.Current.CancellationToken);
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/receipts/head", JsonSerializer.Serialize(BlockText.Head(Blocked(), Network), ProtocolJson.Default.ChainHead));
        network.Answer("GET /api/blocks?from=1&limit=100", JsonSerializer.Serialize(new BlockPage(Network, []), ProtocolJson.Default.BlockPage), status);
        (await Cli.RunAsync(network, "receipts", "export", export.Path)).Code.ShouldBe(code);
        (await File.ReadAllTextAsync(beside, TestContext.Current.CancellationToken)).ShouldBe("precious");
        File.Delete(beside);
        NothingIsLeftBeside(export.Path);
    }

    [Fact]
    public async Task A_dash_is_standard_output_for_an_export()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/receipts/head", JsonSerializer.Serialize(BlockText.Head(Blocked(), Network), ProtocolJson.Default.ChainHead));
        network.Answer("GET /api/blocks?from=1&limit=100", JsonSerializer.Serialize(new BlockPage(Network, [BlockText.View(Blocked())]), ProtocolJson.Default.BlockPage));
        network.Answer("GET /api/blocks?from=2&limit=100", JsonSerializer.Serialize(new BlockPage(Network, []), ProtocolJson.Default.BlockPage));
        var run = await Cli.RunAsync(network, "receipts", "export", "-");
        run.Code.ShouldBe(ExitCodes.Ok);
        using var export = new TestFile(System.Text.Encoding.UTF8.GetString(run.Bytes));
        (await Cli.RunAsync("receipts", "verify", "--file", export.Path)).Code.ShouldBe(ExitCodes.Ok);
        File.Exists("-").ShouldBeFalse();
    }

    [Theory]
    [InlineData("receipts", "verify")]
    [InlineData("receipts", "verify", "x", "--file", "y")]
    [InlineData("receipts", "verify", "--file", "/nowhere/at/all")]
    public async Task What_is_to_be_verified_is_one_thing_that_is_there(params string[] args) =>
        (await Cli.RunAsync(args)).Code.ShouldBe(ExitCodes.Usage);

    [Fact]
    public async Task A_directory_without_a_network_is_refused_in_a_sentence()
    {
        var run = await Cli.RunAsync("receipts", "verify", "--store", "/nowhere/at/all");
        run.Code.ShouldBe(ExitCodes.Error);
        run.Error.ShouldBe("nosnet: There is no network in /nowhere/at/all: it has no file network.db. Name the data directory of a network.\n");
    }

    private static void NothingIsLeftBeside(string file) =>
        Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*").ShouldBe([file]);

    private static byte[] Entry() => EntryCodec.Encode(new Entry { Kind = EntryKind.ApiKeyCreated, At = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Account = 2 });

    private static Block Blocked()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var root = MerkleTree.Leaf(Entry());
        return new Block { Height = 1, Previous = default, Root = root, At = at, Signature = Key.Sign(Block.HashOf(1, default, root, at).ToArray()), Entries = Block.Pack([Entry()]) };
    }

    private static Receipt Make() => new()
    {
        Tx = new Tx(Blocked().Root, new Bytes32(System.Security.Cryptography.SHA256.HashData(Entry()))),
        Entry = new ReceiptEntry { Kind = EntryKind.ApiKeyCreated, At = Blocked().At, Account = Network, Amount = Credits.Zero, Postings = [] },
        Bytes = Entry(),
        Index = 0,
        Count = 1,
        Path = [],
        Block = BlockText.Header(Blocked()),
        Network = Network,
    };
}
