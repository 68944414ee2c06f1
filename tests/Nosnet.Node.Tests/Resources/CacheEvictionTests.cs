using CsCheck;

namespace Nosnet.Node.Tests;

public sealed class CacheEvictionTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_longest_unused_goes_first_and_no_more_than_is_needed() =>
        Choose([Item("new", 5, 3), Item("old", 5, 1), Item("middle", 5, 2)], 6).ShouldBe(["old", "middle"]);

    [Fact]
    public void What_is_in_use_stays() => Choose([Item("used", 5, 1), Item("idle", 5, 2)], 5, "used").ShouldBe(["idle"]);

    [Fact]
    public void Where_all_of_it_would_not_do_nothing_goes() => Choose([Item("a", 5, 1)], 6).ShouldBeNull();

    [Fact]
    public void Where_there_is_room_nothing_goes() => Choose([Item("a", 5, 1)], -3).ShouldBe([]);

    [Fact]
    public void What_goes_is_enough_and_never_in_use() => Gen.Select(Gen.Int[0, 20].Array[0, 10], Gen.Int[0, 9], Gen.Int[-5, 100]).Sample((sizes, used, bytes) =>
    {
        var items = sizes.Select((size, index) => Item($"{index}", size, index)).ToArray();
        var chosen = CacheEviction.Choose(items, item => item.Id == $"{used}", bytes);
        if (chosen is null)
        {
            items.Where(item => item.Id != $"{used}").Sum(item => item.Bytes).ShouldBeLessThan(bytes);
            return;
        }
        chosen.Sum(item => item.Bytes).ShouldBeGreaterThanOrEqualTo(Math.Min(bytes, 0));
        (chosen.Sum(item => item.Bytes) >= bytes).ShouldBeTrue();
        chosen.ShouldNotContain(item => item.Id == $"{used}");
    });

    private static CachedItem Item(string id, long bytes, int day) => new(id, bytes, Then.AddDays(day));

    private static IEnumerable<string>? Choose(CachedItem[] items, long bytes, string? used = null) =>
        CacheEviction.Choose(items, item => item.Id == used, bytes)?.Select(item => item.Id);
}
