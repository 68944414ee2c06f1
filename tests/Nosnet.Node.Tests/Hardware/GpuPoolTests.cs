using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class GpuPoolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_only_run_of_a_node_has_all_its_cards()
    {
        var grant = await new GpuPool(Cards(4), slots: 1, isWholeMachine: true).TakeAsync(Run(), Cancelled);

        grant.IsWholeMachine.ShouldBeTrue();
        grant.Devices.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_card_belongs_to_one_run_until_its_containers_have_ended()
    {
        var pool = new GpuPool(Cards(1), slots: 2, isWholeMachine: true);
        var first = Run();
        await pool.TakeAsync(first, Cancelled);

        var second = pool.TakeAsync(Run(), Cancelled);
        second.IsCompleted.ShouldBeFalse();
        pool.Release(first);

        (await second).Devices.Single().Index.ShouldBe(0);
    }

    [Fact]
    public async Task Cards_that_are_shared_go_to_every_run()
    {
        var pool = new GpuPool(Cards(2) with { Shared = true }, slots: 3, isWholeMachine: true);

        foreach (var _ in Enumerable.Range(0, 3))
            (await pool.TakeAsync(Run(), Cancelled)).Devices.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_run_of_an_earlier_process_has_goes_to_no_other()
    {
        var pool = new GpuPool(Cards(2), slots: 2, isWholeMachine: true);
        var earlier = Run();
        pool.Adopt(earlier, [0]);

        (await pool.TakeAsync(Run(), Cancelled)).Devices.Single().Index.ShouldBe(1);
        (await pool.TakeAsync(earlier, Cancelled)).Devices.Single().Index.ShouldBe(0);
    }

    [Fact]
    public void No_card_is_with_two_runs_and_none_lies_idle_while_all_slots_run() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[1, 8]).Sample((cards, slots) =>
        {
            var pool = new GpuPool(cards == 0 ? null : Cards(cards), slots, isWholeMachine: true);
            if (!pool.HasAny)
                return cards == 0;
            var grants = Enumerable.Range(0, Math.Min(cards, slots)).Select(_ => pool.TakeAsync(Run(), CancellationToken.None)).ToList();
            return grants.All(g => g.IsCompletedSuccessfully)
                && grants.SelectMany(g => g.Result.Devices).Select(d => d.Index).Order().SequenceEqual(Enumerable.Range(0, cards))
                && !pool.TakeAsync(Run(), CancellationToken.None).IsCompleted;
        });

    [Theory]
    [InlineData("all", "0,1,2")]
    [InlineData("none", "")]
    [InlineData("2,0", "0,2")]
    public void An_operator_offers_all_cards_or_some_or_none(string text, string offered) =>
        string.Join(',', (GpuChoice.Parse(text)!.Of(Cards(3))?.Devices ?? []).Select(d => d.Index)).ShouldBe(offered);

    [Theory]
    [InlineData("some")]
    [InlineData("")]
    [InlineData("1,1")]
    [InlineData("-1")]
    public void Anything_else_is_no_choice(string text) => GpuChoice.Parse(text).ShouldBeNull();

    [Fact]
    public void A_card_that_is_not_there_cannot_be_offered() =>
        Should.Throw<NodeSetupException>(() => GpuChoice.Parse("0,7")!.Of(Cards(2))).Message.ShouldBe("This machine has no GPU 7; it has 0, 1. Say --gpu all, --gpu none, or the numbers of some.");

    private static GpuHardware Cards(int count) => new() { Devices = [.. Enumerable.Range(0, count).Select(i => new GpuDevice { Index = i, Name = "card", Uuid = $"GPU-{i}" })] };

    private static RunKey Run() => new(RunAddress.From(Some.Bytes()), 1);
}
