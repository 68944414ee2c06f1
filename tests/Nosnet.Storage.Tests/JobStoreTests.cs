using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

/// <summary>What every store does with jobs.</summary>
public abstract partial class StoreTests
{
    [Fact]
    public async Task A_job_that_was_read_is_read_anew_once_it_has_changed()
    {
        using var stores = await OpenAsync();
        stores.Write(rows => rows.Jobs[1] = NewJob(1));
        (await stores.Read.JobAsync(1, Cancellation))!.State.ShouldBe(JobState.Queued);

        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1) with { State = JobState.Stopped }));
        stores.Lane.Rollback();
        (await stores.Read.JobAsync(1, Cancellation))!.State.ShouldBe(JobState.Queued);

        stores.Write(rows => rows.Jobs[1] = NewJob(1) with { State = JobState.Running });
        (await stores.Read.JobAsync(1, Cancellation))!.State.ShouldBe(JobState.Running);
    }

    [Fact]
    public async Task A_new_job_that_changes_before_it_is_committed_is_as_it_was_written_last()
    {
        using var stores = await OpenAsync();
        stores.Lane.ReadHead();
        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1)));
        stores.Lane.ReadJob(1).ShouldNotBeNull();
        stores.Lane.Write(RowsOf(NewJob(1) with { State = JobState.Running }, NewJob(2)));
        stores.Lane.Commit();

        (await stores.Read.JobAsync(1, Cancellation))!.State.ShouldBe(JobState.Running);
        (await stores.Read.JobAsync(2, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_new_job_that_was_rolled_back_is_written_again_and_then_changes()
    {
        using var stores = await OpenAsync();
        stores.Lane.ReadHead();
        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1)));
        stores.Lane.Rollback();
        stores.Lane.ReadHead().Job.ShouldBe(0);

        stores.Write(rows => rows.Jobs[1] = NewJob(1));
        stores.Write(rows => rows.Jobs[1] = NewJob(1) with { State = JobState.Running });

        (await stores.Read.JobAsync(1, Cancellation))!.State.ShouldBe(JobState.Running);
    }

    [Fact]
    public async Task A_queue_is_read_in_order_from_where_one_left_off()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            foreach (var key in (long[])[5, 3, 9, 1])
                rows.Jobs[key] = NewJob(key) with { State = key == 3 ? JobState.Running : JobState.Queued, QueuedUntil = At.AddMinutes(key) };
        });

        stores.Lane.ReadQueue(3, after: 1, limit: 10).Select(q => q.Key).ShouldBe([5, 9]);
        stores.Lane.ReadQueue(3, after: 0, limit: 2).Select(q => q.Key).ShouldBe([1, 5]);
        (await stores.Read.WaitingJobsAsync(3, after: 1, limit: 10, Cancellation)).ShouldBe([new(5, At.AddMinutes(5)), new(9, At.AddMinutes(9))]);
        (await stores.Read.WaitingJobsAsync(3, after: 0, limit: 2, Cancellation)).Select(q => q.Key).ShouldBe([1, 5]);
    }

    [Fact]
    public async Task An_accounts_jobs_are_walked_newest_first_page_by_page()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            rows.Accounts[2] = new Account { Key = 2, Address = new(SomeBytes), Role = AccountRole.User, Name = "a", CreatedAt = At, LastJob = 5 };
            for (var key = 1; key <= 5; key++)
                rows.Jobs[key] = NewJob(key) with { PreviousOfAccount = key - 1 };
        });

        var first = await stores.Read.JobsAsync(2, before: 0, limit: 2, j => j.Key != 4, Cancellation);
        var second = await stores.Read.JobsAsync(2, before: first.Next!.Value, limit: 2, j => j.Key != 4, Cancellation);

        first.Jobs.Select(j => j.Key).ShouldBe([5, 3]);
        second.Jobs.Select(j => j.Key).ShouldBe([2, 1]);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task A_place_in_the_queue_is_counted_so_far_and_no_further()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            for (var key = 1L; key <= MarketLoad.MostCounted + 5; key++)
                rows.Jobs[key] = NewJob(key) with { State = JobState.Queued };
        });

        (await stores.Read.QueuePositionAsync(stores.Lane.ReadJob(7)!, Cancellation)).ShouldBe(7);
        (await stores.Read.QueuePositionAsync(stores.Lane.ReadJob(MarketLoad.MostCounted + 5)!, Cancellation)).ShouldBe(MarketLoad.MostCounted);
        (await stores.Read.MarketLoadAsync(NewJob(1).Market, Cancellation)).ShouldBe(new MarketLoad(MarketLoad.MostCounted, 0));
    }
}
