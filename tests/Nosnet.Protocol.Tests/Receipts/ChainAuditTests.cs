using System.Text;
using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class ChainAuditTests
{
    private static readonly KeyPair Key = KeyPair.FromSeed(new byte[32]);
    private static readonly AccountAddress Network = new(Key.Address);
    private static readonly List<Block> Chain = Make(Key);

    [Fact]
    public void A_chain_as_it_was_written_is_right_and_adds_up()
    {
        var audit = new ChainAudit(Network);
        foreach (var block in Chain)
            audit.Add(block, out var fault).ShouldBeTrue(fault);
        (audit.Height, audit.Entries, audit.Hash).ShouldBe((Chain.Count, 9, Chain[^1].Hash));
        audit.Balance(2, Bucket.Available).ShouldBe(new Credits(300 - 3));
        audit.Balance(1, Bucket.Issued).ShouldBe(new Credits(-300));
        audit.Granted(2).ShouldBe(new Credits(300));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_history_is_found_at_its_block() =>
        Gen.Select(Gen.Int[0, Chain.Count - 1], Gen.Int[0, 5], Gen.Int[0, 100_000]).Sample((at, column, bit) =>
        {
            var changed = Flip(Chain[at], column, bit);
            Fault([.. Chain.Take(at), changed, .. Chain.Skip(at + 1)]).ShouldNotBeNull().ShouldContain($"lock {Chain[at].Height}");
        }, iter: 2_000);

    [Fact]
    public void A_block_that_is_missing_doubled_or_moved_is_found()
    {
        Fault([.. Chain.Skip(1)]).ShouldNotBeNull().ShouldContain("Block 1 is missing");
        Fault([Chain[0], Chain[2]]).ShouldNotBeNull().ShouldContain("Block 2 is missing");
        Fault([Chain[0], Chain[0]]).ShouldNotBeNull();
        Fault([Chain[0], Chain[2] with { Height = 2 }]).ShouldNotBeNull().ShouldContain("Block 2 does not follow");
    }

    [Fact]
    public void A_chain_written_anew_with_another_key_is_not_the_networks()
    {
        using var other = KeyPair.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);
        var audit = new ChainAudit(Network);
        audit.Add(Make(other)[0], out var fault).ShouldBeFalse();
        fault.ShouldContain("not signed with the key");
    }

    [Fact]
    public void A_block_that_was_signed_but_spends_what_is_not_there_is_found()
    {
        var spends = Sign(Key, null, [EntryCodec.Encode(new Entry { Kind = EntryKind.JobPosted, Account = 2, Postings = Move(2, 5) })]);
        Fault([spends]).ShouldNotBeNull().ShouldContain("more from account 2 than there is");
    }

    [Fact]
    public async Task An_export_is_audited_with_no_network_and_a_changed_one_is_not_believed()
    {
        using var export = new MemoryStream();
        (await ChainExport.WriteAsync(export, Network, ViewsAsync(), TestContext.Current.CancellationToken)).ShouldBe(Chain.Count);
        export.Position = 0;
        (await ChainExport.AuditAsync(export, Network, TestContext.Current.CancellationToken)).Hash.ShouldBe(Chain[^1].Hash);

        var text = Encoding.UTF8.GetString(export.ToArray());
        foreach (var changed in (string[])[text.Replace("\"height\":2", "\"height\":3", StringComparison.Ordinal), text.Replace("}\n{", "}{", StringComparison.Ordinal), text[..^30], "", text.Replace("2026-", "2025-", StringComparison.Ordinal)])
            await Should.ThrowAsync<InvalidDataException>(() => ChainExport.AuditAsync(new MemoryStream(Encoding.UTF8.GetBytes(changed)), cancellationToken: TestContext.Current.CancellationToken));
        await Should.ThrowAsync<InvalidDataException>(() => ChainExport.AuditAsync(new MemoryStream(export.ToArray()), new AccountAddress(Chain[0].Hash), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Any_bytes_in_place_of_entries_are_refused_and_nothing_else_happens() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        var audit = new ChainAudit(Network);
        audit.Add(Chain[0] with { Entries = bytes }, out var fault).ShouldBeFalse();
        fault.ShouldNotBeNullOrEmpty();
        try
        {
            EntryCodec.Decode(bytes);
        }
        catch (InvalidDataException)
        {
        }
    });

    private static string? Fault(IReadOnlyList<Block> blocks)
    {
        var audit = new ChainAudit(Network);
        foreach (var block in blocks)
            if (!audit.Add(block, out var fault))
                return fault;
        return null;
    }

    private static Block Flip(Block block, int column, int bit) => column switch
    {
        0 => block with { Height = block.Height ^ (1L << (bit % 40)) },
        1 => block with { Previous = new(Flip(block.Previous.ToArray(), bit)) },
        2 => block with { Root = new(Flip(block.Root.ToArray(), bit)) },
        3 => block with { At = DateTimeOffset.FromUnixTimeMilliseconds(block.At.ToUnixTimeMilliseconds() ^ (1L << (bit % 40))) },
        4 => block with { Signature = Flip([.. block.Signature], bit) },
        _ => block with { Entries = Flip([.. block.Entries], bit) },
    };

    private static byte[] Flip(byte[] bytes, int bit)
    {
        bytes[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
        return bytes;
    }

    private static List<Block> Make(KeyPair key)
    {
        var chain = new List<Block>();
        for (var height = 0; height < 3; height++)
        {
            var entries = Enumerable.Range(0, 2)
                .Select(i => new Entry { Kind = EntryKind.JobPosted, At = Time(height), Account = 2, Job = 10 * height + i + 1, Amount = new Credits(1), Postings = Move(2, i) })
                .Prepend(new Entry
                {
                    Kind = EntryKind.CreditsGranted,
                    At = Time(height),
                    Account = 2,
                    Amount = new Credits(100),
                    Postings = Postings.Of(new Posting(1, Bucket.Issued, new Credits(-100)), new Posting(2, Bucket.Available, new Credits(100))),
                });
            chain.Add(Sign(key, chain.LastOrDefault(), [.. entries.Select(EntryCodec.Encode)]));
        }

        return chain;
    }

    private static Postings Move(long account, long amount) =>
        Postings.Of(new Posting(account, Bucket.Available, new Credits(-amount)), new Posting(account, Bucket.Reserved, new Credits(amount)));

    private static Block Sign(KeyPair key, Block? previous, IReadOnlyList<byte[]> entries)
    {
        var (height, before) = ((previous?.Height ?? 0) + 1, previous?.Hash ?? default);
        var root = MerkleTree.Root([.. entries.Select(e => MerkleTree.Leaf(e))]);
        var hash = Block.HashOf(height, before, root, Time(height));
        return new Block { Height = height, Previous = before, Root = root, At = Time(height), Signature = key.Sign(hash.ToArray()), Entries = Block.Pack(entries) };
    }

    private static DateTimeOffset Time(long height) => DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_000 + height);

    private static async IAsyncEnumerable<BlockView> ViewsAsync()
    {
        foreach (var block in Chain)
            yield return BlockText.View(block);
        await Task.CompletedTask;
    }
}
