namespace Nosnet.Node.Tests;

public sealed class PullTallyTests
{
    private readonly PullTally _tally = new();

    [Fact]
    public void Layers_are_added_up()
    {
        _tally.Take("a", "Pulling fs layer", null, null).ShouldBe(new PullStep(1, 0, 0, 0));
        _tally.Take("b", "Pulling fs layer", null, null).ShouldBe(new PullStep(2, 0, 0, 0));
        _tally.Take("a", "Downloading", 10, 100).ShouldBe(new PullStep(2, 0, 10, 100));
        _tally.Take("b", "Downloading", 5, 50).ShouldBe(new PullStep(2, 0, 15, 150));
        _tally.Take("a", "Download complete", null, null).ShouldBe(new PullStep(2, 1, 105, 150));
        _tally.Take("b", "Already exists", null, null).ShouldBe(new PullStep(2, 2, 150, 150));
    }

    [Fact]
    public void A_count_that_runs_backwards_does_not()
    {
        _tally.Take("a", "Downloading", 60, 100);
        _tally.Take("a", "Downloading", 50, 90).ShouldBe(new PullStep(1, 0, 60, 100));
    }

    [Theory]
    [InlineData(null, "Downloading")]
    [InlineData("", "Downloading")]
    [InlineData("a", null)]
    [InlineData("latest", "Pulling from library/busybox")]
    [InlineData("a", "Digest: sha256:0")]
    public void What_is_not_about_a_layer_is_passed_over(string? id, string? status) => _tally.Take(id, status, 1, 2).ShouldBeNull();

    [Fact]
    public void Layers_without_end_do_not_fill_the_memory()
    {
        for (var i = 0; i < 20_000; i++)
            _tally.Take($"layer {i}", "Downloading", 1, 1);
        _tally.Take("layer 0", "Downloading", 1, 1)!.Value.Layers.ShouldBe(10_000);
    }

    [Theory]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3)]
    [InlineData("low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n", 1)]
    [InlineData("oom_kill 0\n", 0)]
    [InlineData("", 0)]
    public void The_kernels_count_of_kills_is_read_in_both_versions_of_cgroups(string text, long expected) =>
        OutOfMemory.ParseKills(text).ShouldBe(expected);
}
