using System.Security.Cryptography;
using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class EntryTests
{
    private static readonly Gen<Entry> Entries =
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Bool).Select(
            (account, job, epoch, amount, linked) => new Entry
            {
                Kind = EntryKind.JobEnded,
                At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000 + epoch),
                Account = account,
                Job = job,
                Epoch = epoch,
                Reason = EndReason.TimedOut,
                Amount = new Credits(amount),
                PreviousOfJob = linked ? new EntryPlace(job / 2 + 1, epoch) : EntryPlace.Nowhere,
                Postings = Postings.Of(new Posting(account, Bucket.Reserved, new Credits(-amount)), new Posting(1, Bucket.Earned, new Credits(amount))),
            });

    [Fact]
    public void An_entry_comes_back_from_its_bytes_as_it_was() => Entries.Sample(entry =>
    {
        var read = EntryCodec.Decode(EntryCodec.Encode(entry));
        read.Postings.All.ShouldBe(entry.Postings.All);
        (read with { Postings = entry.Postings }).ShouldBe(entry);
    });

    [Fact]
    public void Bytes_that_are_cut_short_are_no_entry() => Gen.Select(Entries, Gen.Double[0, 0.999]).Sample((entry, part) =>
    {
        var bytes = EntryCodec.Encode(entry);
        Should.Throw<InvalidDataException>(() => EntryCodec.Decode(bytes.AsSpan(0, (int)(bytes.Length * part))));
    });

    [Fact]
    public void A_packed_block_gives_each_entry_back_by_its_index()
    {
        byte[][] entries = [[1], [], [2, 3], new byte[1_000]];

        var packed = Block.Pack(entries);

        for (var i = 0; i < entries.Length; i++)
            Block.Unpack(packed, i).ToArray().ShouldBe(entries[i]);
        Should.Throw<InvalidDataException>(() => Block.Unpack(packed, entries.Length).ToArray());
    }

    [Fact]
    public void The_merkle_root_of_three_leaves_is_the_one_that_the_RFC_builds()
    {
        var leaves = Enumerable.Range(0, 3).Select(i => MerkleTree.Leaf([(byte)i])).ToArray();
        static Bytes32 Inner(Bytes32 a, Bytes32 b) => new(SHA256.HashData([1, .. a.ToArray(), .. b.ToArray()]));

        MerkleTree.Root(leaves).ShouldBe(Inner(Inner(leaves[0], leaves[1]), leaves[2]));
    }

    [Fact]
    public async Task A_jobs_history_can_be_walked_back_from_its_row()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        var ended = await network.FinishAsync(node, job);

        var kinds = new List<EntryKind>();
        for (var place = ended.LastEntry; !place.IsNowhere;)
        {
            var entry = await network.EntryAsync(place);
            kinds.Add(entry.Kind);
            place = entry.PreviousOfJob;
        }

        kinds.ShouldBe([EntryKind.JobEnded, EntryKind.RunStarted, EntryKind.JobAssigned, EntryKind.JobPosted]);
    }
}
