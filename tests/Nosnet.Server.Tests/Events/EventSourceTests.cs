using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class EventSourceTests
{
    [Theory]
    [InlineData(1_000, 1_000)]
    [InlineData(7, 1_000)]
    [InlineData(4, 6)]
    [InlineData(3, 10)]
    public async Task A_long_history_is_told_in_order_with_few_reads_of_each_block(int blocksAtOnce, int mostMarks)
    {
        await using var network = await TestNetwork.StartAsync();
        var (_, account) = await network.NewAccountAsync();
        const int Blocks = 200;
        var address = AccountAddress.Parse(account);
        for (var i = 1; i <= Blocks; i++)
            (await network.Engine.ExecuteAsync(new GrantCredits(address, new Credits(i)), TestNetwork.Cancellation)).IsRefused.ShouldBeFalse();
        var key = (await network.Engine.Read.AccountAsync(address, TestNetwork.Cancellation))!.Key;

        var (engine, reads) = CountedReads.Of(network);
        using var _ = engine;
        var source = new EventSource(engine) { BlocksAtOnce = blocksAtOnce, MostMarks = mostMarks };
        var told = await source.AfterAsync(key, EntryPlace.Nowhere, TestNetwork.Cancellation).ToListAsync(TestNetwork.Cancellation);

        told.Where(e => e.Entry.Kind == EntryKind.CreditsGranted).Select(e => e.Entry.Amount.Nano).ShouldBe(Enumerable.Range(1, Blocks).Select(i => (long)i));
        told.Select(e => e.Place).ShouldBeUnique();
        reads.CountOf(nameof(IReadStore.BlocksAsync)).ShouldBeLessThan(6 * told.Count);
        var half = told[told.Count / 2].Place;
        (await source.AfterAsync(key, half, TestNetwork.Cancellation).ToListAsync(TestNetwork.Cancellation)).Select(e => e.Place).ShouldBe(told.Select(e => e.Place).Skip((told.Count / 2) + 1));
    }
}
