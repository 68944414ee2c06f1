using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ReceiptTests
{
    [Fact]
    public async Task Every_step_of_a_job_has_a_receipt_that_proves_it_to_whoever_knows_the_networks_key()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (user, account) = await network.NewAccountAsync(credits: 1);
        var job = await network.PostJobAsync(key: user);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        (await node.FinishAsync(run)).ShouldSucceed();
        var head = (await network.GetAsync("/api/receipts/head", key: "")).ShouldSucceed();
        var key = JsonSerializer.Deserialize(head.Bytes, ProtocolJson.Default.ChainHead)!.Network;

        var kinds = new List<EntryKind>();
        foreach (var step in (await network.GetAsync($"/api/jobs/{job}/events", user)).Json.EnumerateArray())
        {
            var receipt = await ReceiptAsync(network, step.GetProperty("tx").GetString()!, user);
            receipt.Verify(key, out var fault).ShouldBeTrue(fault);
            receipt.Entry.Job.ToString().ShouldBe(job);
            receipt.Entry.Account.ToString().ShouldBe(account);
            kinds.Add(receipt.Entry.Kind);
        }

        kinds.ShouldBe([EntryKind.JobPosted, EntryKind.JobAssigned, EntryKind.RunStarted, EntryKind.JobEnded]);
        kinds.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_receipt_that_was_changed_in_any_part_proves_nothing()
    {
        await using var network = await TestNetwork.StartAsync();
        var posted = await PostedAsync(network);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostedAsync(network)));
        var receipt = await ReceiptAsync(network, posted);
        receipt.Verify(receipt.Network, out _).ShouldBeTrue();

        Receipt[] changed =
        [
            receipt with { Entry = receipt.Entry with { Amount = receipt.Entry.Amount + new Credits(1) } },
            receipt with { Entry = receipt.Entry with { At = receipt.Entry.At.AddMilliseconds(1) } },
            receipt with { Entry = receipt.Entry with { Postings = [] } },
            receipt with { Bytes = [.. receipt.Bytes[..^1], (byte)(receipt.Bytes[^1] ^ 1)] },
            receipt with { Bytes = [] },
            receipt with { Index = receipt.Index + 1 },
            receipt with { Path = [.. receipt.Path, receipt.Block.Root] },
            receipt with { Path = ["x"] },
            receipt with { Tx = receipt.Tx with { Hash = default } },
            receipt with { Block = receipt.Block with { Height = receipt.Block.Height + 1 } },
            receipt with { Block = receipt.Block with { Signature = receipt.Block.Hash } },
            receipt with { Block = receipt.Block with { At = receipt.Block.At.AddSeconds(1) } },
        ];
        foreach (var forged in changed)
        {
            forged.Verify(receipt.Network, out var fault).ShouldBeFalse();
            fault.ShouldNotBeNullOrWhiteSpace();
        }

        receipt.Verify(receipt.Entry.Account!.Value, out var wrongKey).ShouldBeFalse();
        wrongKey.ShouldContain("not signed with the key");
    }

    [Fact]
    public async Task A_receipt_is_for_its_account_and_the_operator_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        var (owner, _) = await network.NewAccountAsync(credits: 1);
        var (stranger, _) = await network.NewAccountAsync();
        var tx = await PostedAsync(network, owner);

        (await network.GetAsync($"/api/receipts/{tx}", owner)).ShouldSucceed();
        (await network.GetAsync($"/receipts/{tx}")).ShouldSucceed();
        (await network.GetAsync($"/api/receipts/{tx}", stranger)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ReceiptNotFound);
        (await network.GetAsync($"/api/receipts/{tx}", "")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.GetAsync("/api/receipts/nothing", owner)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ReceiptNotFound);
        Tx.TryParse(tx, out var parsed).ShouldBeTrue();
        (await network.GetAsync($"/api/receipts/{parsed with { Hash = parsed.Place }}", owner)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ReceiptNotFound);
        (await network.GetAsync("/api/blocks", owner)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
    }

    [Fact]
    public async Task Receipts_of_all_kinds_name_what_they_concern()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        (await network.SendAsync(HttpMethod.Patch, "/api/markets/default", new { name = "Renamed" })).ShouldSucceed();
        var chain = await network.Engine.Read.BlocksAsync(1, 100, TestNetwork.Cancellation);

        var shown = new List<ReceiptEntry>();
        foreach (var block in chain)
        {
            var entries = Block.Unpack(block.Entries);
            for (var index = 0; index < entries.Count; index++)
            {
                var tx = new Tx(network.Engine.Addresses.Place(new EntryPlace(block.Height, index)), new Bytes32(System.Security.Cryptography.SHA256.HashData(entries[index])));
                var receipt = await ReceiptAsync(network, tx.ToString());
                receipt.Verify(receipt.Network, out var fault).ShouldBeTrue(fault);
                shown.Add(receipt.Entry);
            }
        }

        shown.Single(e => e.Kind is EntryKind.MarketChanged).Market.ShouldBe(Genesis.FirstMarket);
        shown.Single(e => e.Kind is EntryKind.ApiKeyCreated).ApiKey.ShouldNotBeNullOrEmpty();
        shown.Single(e => e.Kind is EntryKind.NodeRegistered).Node.ShouldBe(node.Address);
    }

    [Fact]
    public async Task The_chain_can_be_read_page_by_page_and_audited()
    {
        await using var network = await TestNetwork.StartAsync();
        for (var i = 0; i < 5; i++)
            await PostedAsync(network);

        ChainAudit? audit = null;
        for (var from = 1L; ;)
        {
            var page = JsonSerializer.Deserialize((await network.GetAsync($"/api/blocks?from={from}&limit=2")).ShouldSucceed().Bytes, ProtocolJson.Default.BlockPage)!;
            if (page.Blocks.Count == 0)
                break;
            audit ??= new ChainAudit(page.Network);
            foreach (var view in page.Blocks)
            {
                BlockText.TryRead(view, view.Entries, out var block).ShouldBeTrue();
                audit.Add(block!, out var fault).ShouldBeTrue(fault);
            }

            from = page.Blocks[^1].Height + 1;
        }

        var head = JsonSerializer.Deserialize((await network.GetAsync("/api/receipts/head")).Bytes, ProtocolJson.Default.ChainHead)!;
        (audit!.Height, audit.Hash.ToString(), audit.Network).ShouldBe((head.Height, head.Hash, head.Network));
        (await network.GetAsync("/api/blocks?from=0")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task A_store_is_audited_beside_its_server_and_what_was_changed_behind_it_is_found()
    {
        var directory = TestNetwork.NewDirectory();
        await using (var network = await TestNetwork.StartAsync(directory: directory))
        {
            using var node = await SimulatedNode.JoinedAsync(network);
            await network.PostJobAsync();
            var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
            (await node.StartAsync(run)).ShouldSucceed();
            (await node.FinishAsync(run)).ShouldSucceed();
            await network.PostJobAsync();
            StoreAudit.Run(directory, null, TestNetwork.Cancellation).Height.ShouldBeGreaterThan(3);
        }

        foreach (var (change, back, says) in ((string, string, string)[])
        [
            ("UPDATE account SET available = available + 1 WHERE key = 2", "UPDATE account SET available = available - 1 WHERE key = 2", "its postings add up to"),
            ("UPDATE account SET assigned = assigned + 1 WHERE key = 2", "UPDATE account SET assigned = assigned - 1 WHERE key = 2", "its grants add up to"),
            ("UPDATE block SET at = at + 1 WHERE height = 3", "UPDATE block SET at = at - 1 WHERE height = 3", "Block 3 "),
            ("UPDATE block SET height = 1000 WHERE height = 2", "UPDATE block SET height = 2 WHERE height = 1000", "Block 2 is missing"),
            ("DELETE FROM block WHERE height = (SELECT MAX(height) FROM block)", "SELECT 1", "add"),
        ])
        {
            Execute(directory, change);
            Should.Throw<InvalidDataException>(() => StoreAudit.Run(directory, null, TestNetwork.Cancellation)).Message.ShouldContain(says);
            Execute(directory, back);
        }

        Directory.Delete(directory, recursive: true);
        Should.Throw<ServerSetupException>(() => StoreAudit.Run(directory, null, TestNetwork.Cancellation));
    }

    private static async Task<string> PostedAsync(TestNetwork network, string key = TestNetwork.OperatorKey) =>
        (await network.PostAsync("/api/jobs/list", new { ipfsHash = await network.PinAsync(TestNetwork.Hello, key), market = Genesis.FirstMarket.ToString(), timeout = 60 }, key))
        .ShouldSucceed().Json.GetProperty("tx").GetString()!;

    private static async Task<Receipt> ReceiptAsync(TestNetwork network, string tx, string key = TestNetwork.OperatorKey) =>
        Receipt.Parse((await network.GetAsync($"/api/receipts/{tx}", key)).ShouldSucceed().Bytes);

    private static void Execute(string directory, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "network.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
