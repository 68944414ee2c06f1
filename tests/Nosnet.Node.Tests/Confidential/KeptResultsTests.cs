using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class KeptResultsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-kept-").FullName;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private KeptResults Kept => new(_directory, _time);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Results_that_come_at_the_same_time_are_all_kept()
    {
        var runs = Enumerable.Range(0, 500).Select(_ => RunAddress.From(Some.Bytes())).ToArray();
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, run => Kept.Keep(run, [1]));
        runs.ShouldAllBe(run => Kept.Find(run) != null);
    }

    [Fact]
    public void A_result_is_removed_after_an_hour_and_so_is_what_a_crash_left_of_one()
    {
        var run = RunAddress.From(Some.Bytes());
        Kept.Keep(run, [1]);
        File.WriteAllBytes(Path.Combine(_directory, $"result-{RunAddress.From(Some.Bytes())}.next"), [1]);
        Kept.Sweep();
        Directory.GetFiles(_directory).Length.ShouldBe(2);
        Kept.Find(run).ShouldBe([1]);

        _time.Advance(KeptResults.Lifetime + TimeSpan.FromMinutes(1));
        Kept.Find(run).ShouldBeNull();
        Kept.Sweep();
        Directory.GetFiles(_directory).ShouldBeEmpty();
    }
}
