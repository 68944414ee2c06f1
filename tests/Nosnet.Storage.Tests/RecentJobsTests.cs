using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

public sealed class RecentJobsTests
{
    private readonly RecentJobs _recent = new();

    [Fact]
    public void A_job_is_read_once_until_it_changes()
    {
        _recent.Find(1, static key => Job(key)).ShouldNotBeNull();
        _recent.Find(1, static _ => throw new InvalidOperationException("It was read again."))!.Key.ShouldBe(1);

        _recent.Forget(1);

        _recent.Find(1, static key => Job(key, JobState.Running))!.State.ShouldBe(JobState.Running);
    }

    [Fact]
    public void Jobs_that_share_a_place_are_not_taken_for_each_other()
    {
        for (var key = 1L; key <= 100_000; key++)
            _recent.Find(key, static key => Job(key))!.Key.ShouldBe(key);
        for (var key = 1L; key <= 100_000; key++)
            _recent.Find(key, static key => Job(key))!.Key.ShouldBe(key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_read_before_a_change_is_not_kept_after_it(bool changesAreKnown)
    {
        var read = _recent.Find(1, key =>
        {
            var before = Job(key);
            if (changesAreKnown)
                _recent.Forget(key);
            else
                _recent.Forget();
            return before;
        });

        read!.State.ShouldBe(JobState.Queued);
        _recent.Find(1, static key => Job(key, JobState.Running))!.State.ShouldBe(JobState.Running);
    }

    [Fact]
    public void That_a_job_is_not_there_is_not_kept()
    {
        _recent.Find(1, static _ => null).ShouldBeNull();

        _recent.Find(1, static key => Job(key)).ShouldNotBeNull();
    }

    private static Job Job(long key, JobState state = JobState.Queued) => new()
    {
        Key = key,
        Account = 1,
        Market = 1,
        Definition = default,
        PricePerHour = default,
        FeeBasisPoints = 0,
        TimeoutSeconds = 60,
        PostedAt = default,
        QueuedUntil = default,
        State = state,
    };
}
