using System.Security.Cryptography;
using CsCheck;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

/// <summary>What every store has to do, whatever it keeps its rows in.</summary>
public abstract partial class StoreTests
{
    private protected static readonly Bytes32 SomeBytes = new(SHA256.HashData("some"u8));
    private static readonly NodeHardware Hardware = new()
    {
        Version = "1.0",
        SystemEnvironment = "Linux 6.1",
        Cpu = new() { Model = "cpu", PhysicalCores = 4, LogicalCores = 8 },
        DiskGb = 100,
        RamMb = 16_000,
        Gpus = new()
        {
            Devices = new List<GpuDevice> { new() { Index = 0, Name = "card", Uuid = "GPU-1", Memory = new(24_564), Architecture = new(8, 9), IsPartitioned = true } },
            DriverVersion = "550.1",
            CudaDriverVersion = "12.4",
            RuntimeVersion = "12.4",
            Shared = true,
        },
        Engine = new("Podman", "4.3.1"),
    };

    private protected static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    [Fact]
    public async Task The_number_of_a_deleted_API_key_is_never_the_next()
    {
        using var stores = await OpenAsync();
        stores.Write(rows => rows.ApiKeys[7] = new ApiKey { Key = 7, Hash = SomeBytes, Account = 2, Name = "k", Scopes = [], CreatedAt = At });

        stores.Write(rows => rows.ApiKeys[7] = null);

        stores.Lane.ReadApiKey(7).ShouldBeNull();
        stores.Lane.ReadHead().ApiKey.ShouldBe(7);
    }

    [Fact]
    public async Task Every_column_of_every_row_comes_back_as_it_was_written()
    {
        using var stores = await OpenAsync();
        var account = new Account
        {
            Key = 1,
            Address = new(SomeBytes),
            Role = AccountRole.User,
            Name = "náme",
            CreatedAt = At,
            Available = new(1),
            Reserved = new(2),
            Earned = new(3),
            Issued = new(-4),
            Assigned = new(5),
            Jobs = 6,
            LastJob = 7,
            LastEntry = new(8, 9),
            Caps = new() { MaxReservedUsd = new(10), MaxPerDayUsd = new(11) },
            Spent = new(12, new(13)),
            LowBalance = new(14),
        };
        var market = new Market
        {
            Key = 1,
            Address = new(SomeBytes),
            Slug = "slug",
            Name = "name",
            RewardPerHour = new(1),
            FeeBasisPoints = 2,
            MaxTimeoutSeconds = 3,
            QueueExpirySeconds = 4,
            GpuTypes = (string[])["a", "b"],
            RequiredImages = (string[])[],
            Open = false,
        };
        var node = new Node { Key = 1, Address = new(SomeBytes), Account = 2, Name = "n", RegisteredAt = At, Market = 3, Slots = 4, Running = 5, WaitingSince = At, Hardware = Hardware, Policy = "{}", Drain = Drain.ThenStop };
        var job = new Job
        {
            Key = 1,
            Account = 2,
            Market = 3,
            Definition = new(SomeBytes),
            PricePerHour = new(4),
            FeeBasisPoints = 5,
            TimeoutSeconds = 6,
            PostedAt = At,
            QueuedUntil = At,
            State = JobState.Running,
            Reason = EndReason.TimedOut,
            Result = new(SomeBytes),
            Node = 1,
            WantedNode = 8,
            Epoch = 9,
            LostRuns = 10,
            StopRequestedAt = At,
            AvoidedNode = 16,
            Requirements = new() { Gpu = true, VramMb = 24_000, Cpus = 4, RamMb = 16_000, DiskMb = 500 },
            AssignedAt = At,
            StartedAt = At,
            EndedAt = At,
            Reserved = new(11),
            Settled = new(12),
            PreviousOfAccount = 13,
            LastEntry = new(14, 15),
            Deployment = 17,
            Revision = 18,
            ReadyAt = At,
            Budget = 17,
        };
        var bare = new Job { Key = 2, Account = 2, Market = 3, Definition = new(SomeBytes), PricePerHour = new(4), FeeBasisPoints = 5, TimeoutSeconds = 6, PostedAt = At, QueuedUntil = At };
        var key = new ApiKey { Key = 1, Hash = SomeBytes, Account = 2, Name = "k", Scopes = (string[])["x:y", "z"], CreatedAt = At, ExpiresAt = At, HasBudget = true };
        var budget = new Budget { Key = 1, Caps = new() { MaxPerJobUsd = new(1) }, Reserved = new(2), Spent = new(3, new(4)) };

        stores.Write(rows =>
        {
            rows.Accounts[1] = account;
            rows.Markets[1] = market;
            rows.Nodes[1] = node;
            rows.Jobs[1] = job;
            rows.Jobs[2] = bare;
            rows.ApiKeys[1] = key;
            rows.Budgets[1] = budget;
        });

        (await stores.Read.AccountAsync(1, Cancellation)).ShouldBe(account);
        (await stores.Read.AccountAsync(account.Address, Cancellation)).ShouldBe(account);
        (await stores.Read.MarketsAsync(Cancellation)).Single().ShouldBeEquivalentTo(market);
        (await stores.Read.NodesAsync(Cancellation)).Single().ShouldBeEquivalentTo(node);
        (await stores.Read.NodeAsync(node.Address, Cancellation)).ShouldBeEquivalentTo(node);
        (await stores.Read.NodeAsync(new NodeAddress(default), Cancellation)).ShouldBeNull();
        (await stores.Read.JobAsync(1, Cancellation)).ShouldBe(job);
        (await stores.Read.JobAsync(2, Cancellation)).ShouldBe(bare);
        (await stores.Read.RunningJobsAsync(1, Cancellation)).ShouldBe([job]);
        (await stores.Read.ApiKeyAsync(SomeBytes, Cancellation)).ShouldBeEquivalentTo(key);
        (await stores.Read.BudgetAsync(1, Cancellation)).ShouldBe(budget);
        (await stores.Read.BudgetAsync(2, Cancellation)).ShouldBeNull();
        stores.Lane.ReadBudget(1).ShouldBe(budget);
    }

    [Fact]
    public async Task What_was_rolled_back_was_never_there()
    {
        using var stores = await OpenAsync();
        stores.Lane.Begin();
        var rows = new ChangedRows();
        rows.Jobs[1] = NewJob(1);
        stores.Lane.Write(rows);

        stores.Lane.Rollback();

        stores.Lane.ReadJob(1).ShouldBeNull();
        (await stores.Read.JobAsync(1, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_block_is_read_entry_by_entry()
    {
        using var stores = await OpenAsync();
        stores.Lane.Begin();
        stores.Lane.WriteBlock(new Block { Height = 1, Previous = default, Root = SomeBytes, At = At, Signature = [1], Entries = Block.Pack([[7], [8, 9]]) });
        stores.Lane.Commit();

        (await stores.Read.EntryAsync(new(1, 1), Cancellation)).ShouldBe([8, 9]);
        (await stores.Read.EntryAsync(new(2, 0), Cancellation)).ShouldBeNull();
        (await stores.Read.LastBlockAsync(Cancellation)).ShouldNotBeNull().Entries.ShouldBe(Block.Pack([[7], [8, 9]]));
        (await stores.Read.BlocksAsync(1, 10, Cancellation)).ShouldHaveSingleItem().Signature.ShouldBe([1]);
        (await stores.Read.BlocksAsync(2, 10, Cancellation)).ShouldBeEmpty();
        stores.Lane.ReadHead().Height.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_transaction_wrote_is_read_within_it_and_by_others_after_it()
    {
        using var stores = await OpenAsync();
        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1), NewJob(2)));

        stores.Lane.ReadQueue(3, after: 0, limit: 10).Select(q => q.Key).ShouldBe([1, 2]);
        (await stores.Read.JobAsync(1, Cancellation)).ShouldBeNull();
        stores.Lane.Write(RowsOf(NewJob(2) with { State = JobState.Stopped }));
        stores.Lane.Write(RowsOf(NewJob(2) with { State = JobState.Running, Node = 7 }));
        stores.Lane.Commit();

        (await stores.Read.JobAsync(1, Cancellation)).ShouldBe(NewJob(1));
        (await stores.Read.RunningJobsAsync(7, Cancellation)).Single().Key.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_transaction_that_failed_the_next_one_is_carried_out()
    {
        using var stores = await OpenAsync();
        var block = new Block { Height = 1, Previous = default, Root = SomeBytes, At = At, Signature = [1], Entries = Block.Pack([[7]]) };
        stores.Lane.Begin();
        stores.Lane.WriteBlock(block);
        stores.Lane.Commit();

        stores.Lane.Begin();
        stores.Lane.Write(RowsOf(NewJob(1)));
        // A height is written once.
        Should.Throw<Exception>(() =>
        {
            stores.Lane.WriteBlock(block);
            stores.Lane.Commit();
        });
        stores.Lane.Rollback();
        stores.Lane.IsLastCommitDurable.ShouldBe(false);

        stores.Write(rows => rows.Jobs[2] = NewJob(2));
        (await stores.Read.JobAsync(1, Cancellation)).ShouldBeNull();
        (await stores.Read.JobAsync(2, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_store_that_is_opened_again_holds_what_was_committed()
    {
        using (var before = await OpenAsync())
        {
            before.Write(rows =>
            {
                rows.Jobs[4] = NewJob(4);
                rows.ApiKeys[1] = new ApiKey { Key = 1, Hash = SomeBytes, Account = 2, Name = "k", Scopes = (string[])[], CreatedAt = At };
            });
            before.Write(rows => rows.ApiKeys[1] = null);
        }

        using var stores = await OpenAsync();
        stores.Lane.ReadHead().Job.ShouldBe(4);
        stores.Lane.ReadJob(4).ShouldBe(NewJob(4));
        stores.Lane.ReadApiKey(1).ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_is_kept_under_its_id_until_it_is_forgotten()
    {
        using var stores = await OpenAsync();
        KeptAnswer AnswerOf(byte id, DateTimeOffset at) => new() { Id = new Guid(id, 0, 0, new byte[8]), Request = SomeBytes, At = at, Status = 200, Body = [id] };
        void Keep(DateTimeOffset forgotten, params KeptAnswer[] answers)
        {
            stores.Lane.Begin();
            stores.Lane.WriteAnswers(answers, forgotten);
            stores.Lane.Commit();
        }

        Keep(At, AnswerOf(1, At), AnswerOf(2, At.AddSeconds(1)));
        Keep(At, AnswerOf(1, At.AddSeconds(2)));
        stores.Lane.ReadAnswer(AnswerOf(1, At).Id).ShouldBeEquivalentTo(AnswerOf(1, At.AddSeconds(2)));
        Keep(At.AddSeconds(2), AnswerOf(3, At.AddSeconds(3)));

        (await stores.Read.AnswerAsync(AnswerOf(1, At).Id, Cancellation)).ShouldNotBeNull();
        (await stores.Read.AnswerAsync(AnswerOf(2, At).Id, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Blocks_are_kept_once_and_a_pin_keeps_who_pinned_first()
    {
        using var stores = await OpenAsync();
        var content = stores.Content;
        var block = new IpfsBlock(new(SomeBytes), new byte[] { 1, 2, 3 });
        await content.PinAsync([block], new Pin(block.Cid, Account: 2, Size: 3, At), Cancellation);

        var again = await content.PinAsync([block], new Pin(block.Cid, Account: 9, Size: 3, At.AddDays(1)), Cancellation);

        again.ShouldBe(new Pin(block.Cid, 2, 3, At));
        (await content.ReadBlockAsync(block.Cid, Cancellation)).ShouldBe([1, 2, 3]);
        (await content.ReadBlockAsync(new(new Bytes32(SHA256.HashData("other"u8))), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Two_writers_and_many_readers_of_content_do_not_disturb_each_other()
    {
        using var stores = await OpenAsync();
        var content = stores.Content;
        await Gen.Int.Select(i => new Bytes32(SHA256.HashData(BitConverter.GetBytes(i)))).SampleAsync(
            async digest =>
            {
                await content.WriteBlocksAsync([new IpfsBlock(new(digest), digest.ToArray())], Cancellation);
                (await content.ReadBlockAsync(new(digest), Cancellation)).ShouldBe(digest.ToArray());
            },
            iter: 200, threads: 4);
    }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static ChangedRows RowsOf(params ReadOnlySpan<Job> jobs)
    {
        var rows = new ChangedRows();
        foreach (var job in jobs)
            rows.Jobs[job.Key] = job;
        return rows;
    }

    private protected static Job NewJob(long key) => new()
    {
        Key = key,
        Account = 2,
        Market = 3,
        Definition = new(SomeBytes),
        PricePerHour = new(4),
        FeeBasisPoints = 5,
        TimeoutSeconds = 6,
        PostedAt = At,
        QueuedUntil = At,
    };

    /// <summary>Opens the stores of this test's network. Opened again, it is the same network.</summary>
    private protected abstract Task<OpenStores> OpenAsync();
}
