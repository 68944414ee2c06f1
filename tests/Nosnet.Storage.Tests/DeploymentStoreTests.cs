using System.Security.Cryptography;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

/// <summary>What every store has to do for deployments.</summary>
public abstract partial class StoreTests
{
    [Fact]
    public async Task Every_column_of_a_deployments_rows_comes_back_as_it_was_written()
    {
        using var stores = await OpenAsync();
        var deployment = NewDeployment(1) with
        {
            Vault = 3,
            KeyBudget = 4,
            Schedule = new Schedule("0 9 * * MON", "Europe/Berlin"),
            RotationSeconds = 6,
            StartupSeconds = 7,
            Confidential = true,
            ActiveRevision = 8,
            LastRevision = 9,
            Status = DeploymentStatus.InsufficientFunds,
            RapidStreak = 10,
            NextRetryAt = At,
            Budget = new(11),
            MaxJobs = 12,
            Spent = new(13),
            JobsListed = 14,
            IdempotencyKey = "key",
        };
        var bare = NewDeployment(2);
        var revision = new DeploymentRevision { Key = 1, Deployment = 1, Number = 2, Definition = new(SomeBytes), Sealed = "s", Requirements = new() { Gpu = true }, Exposes = true, CreatedAt = At };
        var task = new DeploymentTask { Key = 1, Deployment = 1, Kind = DeploymentTaskKind.Extend, DueAt = At, CreatedAt = At, Job = 2, Limit = 3, Revision = 4, ExtendSeconds = 5, Retries = 6 };
        var told = new DeploymentEvent { Key = 1, Deployment = 1, Category = "c", Type = "t", Message = "m", Tx = new Tx(SomeBytes, SomeBytes), At = At };

        stores.Write(rows =>
        {
            rows.Deployments[1] = deployment;
            rows.Deployments[2] = bare;
            rows.Revisions[1] = revision;
            rows.Tasks[1] = task;
            rows.Events[1] = told;
        });

        stores.Lane.ReadDeployment(1).ShouldBe(deployment);
        stores.Lane.ReadDeployment(deployment.Address).ShouldBe(deployment);
        stores.Lane.ReadDeployment(2, "key").ShouldBe(deployment);
        stores.Lane.ReadRevision(1, 2).ShouldBe(revision);
        stores.Lane.ReadTasks(1).ShouldBe([task]);
        (await stores.Read.DeploymentAsync(2, Cancellation)).ShouldBe(bare);
        (await stores.Read.DeploymentAsync(deployment.Address, Cancellation)).ShouldBe(deployment);
        (await stores.Read.RevisionAsync(1, 2, Cancellation)).ShouldBe(revision);
        (await stores.Read.EventsAsync(1, new(), Newest(10), Cancellation)).Rows.ShouldBe([told]);
        stores.Lane.ReadHead().ShouldSatisfyAllConditions(h => h.Deployment.ShouldBe(2), h => h.Revision.ShouldBe(1), h => h.Task.ShouldBe(1), h => h.Event.ShouldBe(1));
    }

    [Fact]
    public async Task A_deleted_deployment_takes_its_parts_with_it_and_leaves_its_key_used()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            foreach (var key in (long[])[1, 2])
            {
                rows.Deployments[key] = NewDeployment(key) with { IdempotencyKey = "key" + key };
                rows.Revisions[key] = new DeploymentRevision { Key = key, Deployment = key, Number = 1, Definition = new(SomeBytes), CreatedAt = At };
                rows.Tasks[key] = NewTask(key, key, At);
                rows.Events[key] = new DeploymentEvent { Key = key, Deployment = key, Type = "t", Message = "m", At = At };
            }
        });

        stores.Write(rows => rows.Deployments[2] = NewDeployment(2) with { IdempotencyKey = "key2", Deleted = true });

        (await stores.Read.DeploymentAsync(2, Cancellation)).ShouldBeNull();
        (await stores.Read.DeploymentsAsync(2, new(), Newest(10), Cancellation)).Rows.ShouldHaveSingleItem().Key.ShouldBe(1);
        (await stores.Read.EventsAsync(2, new(), Newest(10), Cancellation)).Total.ShouldBe(0);
        (await stores.Read.RevisionsAsync(2, new(), Newest(10), Cancellation)).Total.ShouldBe(0);
        (await stores.Read.EventsAsync(1, new(), Newest(10), Cancellation)).Total.ShouldBe(1);
        stores.Lane.ReadTasks(2).ShouldBeEmpty();
        stores.Lane.ReadDeployment(2, "key2").ShouldBeNull();
        stores.Lane.ReadHead().Deployment.ShouldBe(2);
    }

    [Fact]
    public async Task The_vaults_of_an_account_are_its_own_alone_in_the_order_in_which_they_were_made()
    {
        using var stores = await OpenAsync();
        var owner = NewAccount(2);
        var (second, first) = (NewVault(9, owner: 2, "second"), NewVault(4, owner: 2, "first"));
        stores.Write(rows =>
        {
            foreach (var account in (Account[])[owner, NewAccount(3), second, first, NewVault(5, owner: 3, "another's")])
                rows.Accounts[account.Key] = account;
        });

        (await stores.Read.VaultsAsync(2, Cancellation)).ShouldBe([first, second]);
        (await stores.Read.VaultsAsync(4, Cancellation)).ShouldBeEmpty();
        // Accounts that are no vaults have the owner 0.
        (await stores.Read.VaultsAsync(0, Cancellation)).ShouldBeEmpty();
        (await stores.Read.AccountsAsync(0, 1, Cancellation)).ShouldBe([owner]);
        (await stores.Read.AccountsAsync(2, 10, Cancellation)).ShouldBe([NewAccount(3)]);
        stores.Lane.ReadAccount(4).ShouldBe(first);
        stores.Lane.ReadVaults(2).ShouldBe([first, second], ignoreOrder: true);
        stores.Lane.ReadVaults(4).ShouldBeEmpty();
        stores.Lane.ReadVaults(0).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deployments_are_listed_in_stretches_in_both_directions()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            for (var key = 1L; key <= 5; key++)
                rows.Deployments[key] = NewDeployment(key);
        });

        async Task<long[]> Keys(Stretch stretch) => [.. (await stores.Read.DeploymentsAsync(2, new(), stretch, Cancellation)).Rows.Select(d => d.Key)];
        (await Keys(Newest(2))).ShouldBe([5, 4]);
        (await Keys(new Stretch(4, IsDescending: true, 2))).ShouldBe([3, 2]);
        (await Keys(new Stretch(3, IsDescending: false, 10))).ShouldBe([4, 5]);
        (await stores.Read.DeploymentsAsync(2, new(), Newest(2), Cancellation)).Total.ShouldBe(5);
        (await stores.Read.DeploymentsAsync(3, new(), Newest(2), Cancellation)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_list_that_is_not_counted_has_the_same_rows()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            for (var key = 1L; key <= 5; key++)
                rows.Events[key] = new DeploymentEvent { Key = key, Deployment = 1, Type = key % 2 == 0 ? "even" : "odd", Message = "m", At = At };
        });

        var odd = new DeploymentEventFilter { Types = ["odd"] };
        var counted = await stores.Read.EventsAsync(1, odd, new Stretch(1, IsDescending: false, 1), Cancellation);
        var bare = await stores.Read.EventsAsync(1, odd, new Stretch(1, IsDescending: false, 1, IsCounted: false), Cancellation);

        counted.Rows.ShouldHaveSingleItem().Key.ShouldBe(3);
        bare.Rows.ShouldBe(counted.Rows);
        (counted.Total, bare.Total).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Deployments_are_filtered_by_all_that_is_given()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            rows.Deployments[1] = NewDeployment(1) with { Name = "Web 100%", Status = DeploymentStatus.Running };
            rows.Deployments[2] = NewDeployment(2) with { Name = "batch", Strategy = DeploymentStrategy.Infinite, Vault = 7, IdempotencyKey = "k" };
            rows.Deployments[3] = NewDeployment(3) with { Name = "web", CreatedAt = At.AddHours(1) };
        });

        async Task<long[]> Keys(DeploymentFilter filter) => [.. (await stores.Read.DeploymentsAsync(2, filter, new Stretch(null, false, 10), Cancellation)).Rows.Select(d => d.Key)];
        (await Keys(new() { Search = "WEB" })).ShouldBe([1, 3]);
        (await Keys(new() { Search = "0%" })).ShouldBe([1]);
        (await Keys(new() { Search = NewDeployment(2).Address.ToString()[10..30] })).ShouldBe([2]);
        (await Keys(new() { Addresses = [NewDeployment(1).Address, NewDeployment(3).Address] })).ShouldBe([1, 3]);
        (await Keys(new() { Name = "web" })).ShouldBe([3]);
        (await Keys(new() { Statuses = [DeploymentStatus.Running, DeploymentStatus.Error] })).ShouldBe([1]);
        (await Keys(new() { Statuses = [] })).ShouldBeEmpty();
        (await Keys(new() { Strategies = [DeploymentStrategy.Infinite] })).ShouldBe([2]);
        (await Keys(new() { Payer = 7 })).ShouldBe([2]);
        (await Keys(new() { Payer = 2 })).ShouldBe([1, 3]);
        (await Keys(new() { IdempotencyKey = "k" })).ShouldBe([2]);
        (await Keys(new() { CreatedFrom = At.AddMinutes(1) })).ShouldBe([3]);
        (await Keys(new() { CreatedUntil = At, Search = "web" })).ShouldBe([1]);
    }

    [Fact]
    public async Task A_deployments_jobs_are_listed_and_those_that_have_not_ended_are_known()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            rows.Jobs[1] = NewJob(1) with { Deployment = 5, Revision = 1, State = JobState.Completed, EndedAt = At.AddSeconds(9) };
            rows.Jobs[2] = NewJob(2) with { Deployment = 5, Revision = 1, State = JobState.Completed, EndedAt = At.AddSeconds(3) };
            rows.Jobs[3] = NewJob(3) with { Deployment = 5, Revision = 2, State = JobState.Running, Node = 1 };
            rows.Jobs[4] = NewJob(4) with { Deployment = 5, Revision = 2 };
            rows.Jobs[5] = NewJob(5) with { Deployment = 6 };
            rows.Jobs[6] = NewJob(6);
        });

        stores.Lane.ReadActiveJobs(5).Select(j => j.Key).ShouldBe([3, 4]);
        stores.Lane.ReadCompletedJobs(5, 1).Select(j => j.Key).ShouldBe([1]);
        (await stores.Read.ActiveJobsAsync(5, Cancellation)).Select(j => j.Key).ShouldBe([3, 4]);
        async Task<long[]> Keys(DeploymentJobFilter filter) => [.. (await stores.Read.JobsAsync(5, filter, Newest(10), Cancellation)).Rows.Select(j => j.Key)];
        (await Keys(new())).ShouldBe([4, 3, 2, 1]);
        (await Keys(new() { States = [JobState.Running, JobState.Queued] })).ShouldBe([4, 3]);
        (await Keys(new() { Revision = 1 })).ShouldBe([2, 1]);
        (await Keys(new() { Job = 3 })).ShouldBe([3]);
        (await Keys(new() { Job = 5 })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tasks_that_are_due_are_read_in_their_order_and_in_batches()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            rows.Tasks[1] = NewTask(1, 1, At.AddSeconds(2));
            rows.Tasks[2] = NewTask(2, 1, At);
            rows.Tasks[3] = NewTask(3, 2, At.AddSeconds(2));
            rows.Tasks[4] = NewTask(4, 2, At.AddSeconds(3));
        });

        var first = await stores.Read.DueTasksAsync(At.AddSeconds(2), after: null, 2, Cancellation);
        var second = await stores.Read.DueTasksAsync(At.AddSeconds(2), first[^1], 2, Cancellation);

        first.Select(t => t.Key).ShouldBe([2, 1]);
        second.Select(t => t.Key).ShouldBe([3]);
        (await stores.Read.TasksAsync(2, new() { DueFrom = At.AddSeconds(3), Kinds = [DeploymentTaskKind.List] }, Newest(10), Cancellation)).Rows.Select(t => t.Key).ShouldBe([4]);
    }

    [Fact]
    public async Task A_task_that_was_done_is_gone()
    {
        using var stores = await OpenAsync();
        stores.Write(rows => rows.Tasks[1] = NewTask(1, 1, At));

        stores.Write(rows =>
        {
            rows.Tasks[1] = null;
            rows.Tasks[2] = NewTask(2, 1, At);
        });

        stores.Lane.ReadTasks(1).Select(t => t.Key).ShouldBe([2]);
    }

    [Fact]
    public async Task The_replicas_of_an_account_are_summed_and_what_is_in_between_states_is_found()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            rows.Deployments[1] = NewDeployment(1) with { Status = DeploymentStatus.Stopping };
            rows.Deployments[2] = NewDeployment(2) with { Status = DeploymentStatus.Starting };
            rows.Deployments[3] = NewDeployment(3) with { Status = DeploymentStatus.Archived };
            rows.Deployments[4] = NewDeployment(4) with { Account = 9 };
        });

        stores.Lane.ReadReplicas(2).ShouldBe(8);
        stores.Lane.ReadReplicas(77).ShouldBe(0);
        stores.Lane.ReadUnsettledDeployments().Select(d => d.Key).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Deployments_are_read_with_all_that_their_tasks_are_done_by()
    {
        using var stores = await OpenAsync();
        stores.Write(rows =>
        {
            foreach (var key in (long[])[1, 2, 3])
            {
                rows.Deployments[key] = NewDeployment(key) with { ActiveRevision = 2, Vault = key == 2 ? 3 : 0 };
                rows.Accounts[key] = NewAccount(key);
                rows.Tasks[key] = NewTask(key, key, At);
                rows.Jobs[key] = NewJob(key) with { Deployment = key };
                rows.Jobs[key + 10] = NewJob(key + 10) with { Deployment = key, State = JobState.Completed, EndedAt = At };
                foreach (var number in (int[])[1, 2])
                    rows.Revisions[key + 10 * number] = new DeploymentRevision { Key = key + 10 * number, Deployment = key, Number = number, Definition = new(SomeBytes), CreatedAt = At };
            }
        });

        var read = stores.Lane.ReadDeployments([1, 2, 77]);

        read.Rows.Select(d => d.Key).ShouldBe([1, 2], ignoreOrder: true);
        read.Revisions.Select(r => r.Key).ShouldBe([21, 22], ignoreOrder: true);
        read.Tasks.Select(t => t.Key).ShouldBe([1, 2], ignoreOrder: true);
        read.Jobs.Select(j => j.Key).ShouldBe([1, 2], ignoreOrder: true);
        read.Accounts.Select(a => a.Key).ShouldBe([2, 3], ignoreOrder: true);
    }

    private static Stretch Newest(int limit) => new(null, IsDescending: true, limit);

    private static DeploymentTask NewTask(long key, long deployment, DateTimeOffset dueAt) =>
        new() { Key = key, Deployment = deployment, Kind = DeploymentTaskKind.List, DueAt = dueAt, CreatedAt = At };

    private static Account NewAccount(long key) => new() { Key = key, Address = new(NewDeployment(key).Address.Value), Role = AccountRole.User, Name = "a", CreatedAt = At };

    private static Account NewVault(long key, long owner, string name) => NewAccount(key) with { Role = AccountRole.Vault, Owner = owner, Name = name };

    private static Deployment NewDeployment(long key) => new()
    {
        Key = key,
        Address = new(new Bytes32(SHA256.HashData(BitConverter.GetBytes(key)))),
        Account = 2,
        Name = "n",
        Market = "m",
        Replicas = 4,
        TimeoutSeconds = 5,
        Strategy = DeploymentStrategy.Simple,
        CreatedAt = At,
        UpdatedAt = At,
    };
}
