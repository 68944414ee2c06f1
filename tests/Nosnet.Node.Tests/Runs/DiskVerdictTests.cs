using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class DiskVerdictTests
{
    private const long Quota = 64 * 1024 * 1024;
    private const double Full = 0.01, HalfFull = 0.5;

    [Fact]
    public void A_job_over_its_quota_answers_for_it_whether_the_disk_is_full_or_not()
    {
        DiskVerdict.Of(now: Quota + 1, before: 0, Quota, HalfFull).ShouldBe(Halt.DiskQuotaExceeded(Quota));
        DiskVerdict.Of(now: Quota + 1, before: 0, Quota, Full).ShouldBe(Halt.DiskQuotaExceeded(Quota));
    }

    [Fact]
    public void A_job_that_grows_within_its_quota_ends_where_the_disk_is_full_and_does_not_answer_for_it()
    {
        DiskVerdict.Of(now: Quota, before: 1, Quota, Full).ShouldBe(Halt.DiskFull);
        DiskVerdict.Of(now: Quota, before: 1, Quota, HalfFull).ShouldBeNull();
    }

    [Fact]
    public void A_job_that_does_not_grow_goes_on_whatever_fills_the_disk() =>
        DiskVerdict.Of(now: Quota, before: Quota, Quota, Full).ShouldBeNull();

    [Fact]
    public void A_full_disk_does_not_wait_until_the_job_is_measured()
    {
        DiskVerdict.Of(now: null, before: 1, Quota, Full).ShouldBe(Halt.DiskFull);
        DiskVerdict.Of(now: null, before: 1, Quota, HalfFull).ShouldBeNull();
    }

    [Fact]
    public void Only_its_quota_takes_the_place_of_a_full_disk_as_the_reason()
    {
        Halt.DiskFull.GivesWayTo(Halt.DiskQuotaExceeded(Quota)).ShouldBeTrue();
        Halt.DiskFull.GivesWayTo(Halt.StoppedByOwner).ShouldBeFalse();
        Halt.DiskFull.GivesWayTo(Halt.DiskFull).ShouldBeFalse();
        Halt.StoppedByOwner.GivesWayTo(Halt.DiskQuotaExceeded(Quota)).ShouldBeFalse();
        Halt.DiskFull.Reason.ShouldBe(EndReason.NodeFailed, "which costs nothing");
    }
}
