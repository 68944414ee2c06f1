using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ReconciliationTests
{
    private static readonly DateTimeOffset Asked = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RunAddress Run = Address(1);

    [Fact]
    public void A_run_of_which_there_is_nothing_is_started() => Compare([Wanted(1)], []).ShouldBe([(RunActionKind.Start, 1)]);

    [Fact]
    public void A_run_that_is_under_way_hears_what_the_network_wants_of_it_now() =>
        Compare([Wanted(1)], [Active(1)]).ShouldBe([(RunActionKind.Update, 1)]);

    [Fact]
    public void A_run_that_an_earlier_process_left_on_disk_is_adopted() =>
        Compare([Wanted(1)], [Stored(1)]).ShouldBe([(RunActionKind.Adopt, 1)]);

    [Fact]
    public void A_run_whose_state_is_lost_begins_again_on_clean_ground() =>
        Compare([Wanted(1)], [Found(1)]).ShouldBe([(RunActionKind.Reap, 1), (RunActionKind.Start, 1)]);

    [Fact]
    public void A_run_that_is_not_wanted_any_more_is_abandoned() => Compare([], [Active(1)]).ShouldBe([(RunActionKind.Abandon, 1)]);

    [Fact]
    public void A_run_that_was_taken_after_the_network_was_asked_stays() =>
        Compare([], [Active(1) with { TakenAt = Asked.AddMilliseconds(1) }]).ShouldBeEmpty();

    [Fact]
    public void What_is_left_of_a_run_that_nobody_wants_is_reaped() =>
        Compare([], [Stored(1), Found(2)]).ShouldBe([(RunActionKind.Reap, 1), (RunActionKind.Reap, 2)]);

    [Fact]
    public void A_later_assignment_of_the_same_run_takes_the_place_of_the_earlier() =>
        Compare([Wanted(2)], [Active(1)]).ShouldBe([(RunActionKind.Abandon, 1), (RunActionKind.Start, 2)]);

    [Fact]
    public void A_run_whose_end_was_reported_is_not_begun_again_by_an_answer_that_was_under_way() =>
        Compare([Wanted(1)], [], ended: 1).ShouldBeEmpty();

    [Fact]
    public void A_run_that_is_to_be_stopped_before_it_began_is_taken_all_the_same_so_that_its_end_is_reported() =>
        Compare([Wanted(1) with { StopRequested = true }], []).ShouldBe([(RunActionKind.Start, 1)]);

    [Fact]
    public void Whatever_there_is_afterwards_there_is_what_was_wanted_and_doing_it_again_changes_nothing() =>
        Gen.Select(Gen.Int[0, 9].HashSet[0, 6], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2]).List[0, 8]).Sample((wanted, there) =>
        {
            Assignment[] desired = [.. wanted.Select(Wanted)];
            ObservedRun[] observed =
            [
                .. there.DistinctBy(run => run.Item1).Select(run => run.Item2 switch
                {
                    0 => Active(run.Item1),
                    1 => Stored(run.Item1),
                    _ => Found(run.Item1),
                }),
            ];
            var after = observed.ToDictionary(run => run.Key);
            foreach (var action in Reconciliation.Compare(desired, observed, new HashSet<RunKey>(), Asked))
            {
                if (action.Kind is RunActionKind.Abandon or RunActionKind.Reap)
                    after.Remove(action.Key).ShouldBeTrue();
                else if (action.Kind is RunActionKind.Start)
                    after.TryAdd(
                        action.Key, new ObservedRun(action.Key, IsActive: true, IsStored: true, Asked.AddSeconds(-1))).ShouldBeTrue();
                else
                    after[action.Key] = after[action.Key] with { IsActive = true, TakenAt = Asked.AddSeconds(-1) };
            }
            after.Keys.ShouldBe(desired.Select(RunKey.Of), ignoreOrder: true);
            after.Values.ShouldAllBe(run => run.IsActive);
            Reconciliation.Compare(
                desired, [.. after.Values], new HashSet<RunKey>(), Asked).ShouldAllBe(action => action.Kind == RunActionKind.Update);
        });

    private static (RunActionKind, int)[] Compare(Assignment[] desired, ObservedRun[] observed, int? ended = null) =>
        [
            .. Reconciliation.Compare(desired, observed, ended is { } epoch ? new HashSet<RunKey> { new(Run, epoch) } : [], Asked)
                .Select(action => (action.Kind, action.Key.Epoch)),
        ];

    private static ObservedRun Active(int epoch) => new(new RunKey(Run, epoch), IsActive: true, IsStored: true, Asked.AddSeconds(-1));

    private static ObservedRun Stored(int epoch) => new(new RunKey(Run, epoch), IsActive: false, IsStored: true);

    private static ObservedRun Found(int epoch) => new(new RunKey(Run, epoch), IsActive: false, IsStored: false);

    private static Assignment Wanted(int epoch) => new()
    {
        Run = Run,
        Epoch = epoch,
        Job = JobAddress.From(Run.Value),
        Project = AccountAddress.From(Run.Value),
        Market = MarketAddress.From(Run.Value),
        Definition = new Cid(Run.Value),
        TimeoutSeconds = 60,
    };

    private static RunAddress Address(byte first)
    {
        var bytes = new byte[Bytes32.Length];
        bytes[0] = first;
        return RunAddress.From(new Bytes32(bytes));
    }
}
