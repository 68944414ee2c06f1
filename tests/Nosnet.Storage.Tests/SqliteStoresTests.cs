using System.Security.Cryptography;
using CsCheck;
using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

public sealed class SqliteStoresTests : IDisposable
{
    private static readonly Bytes32 SomeBytes = new(SHA256.HashData("some"u8));
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_column_of_every_row_comes_back_as_it_was_written()
    {
        using var stores = Open();
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
        var node = new Node { Key = 1, Address = new(SomeBytes), Account = 2, Name = "n", RegisteredAt = At, Market = 3, Slots = 4, Running = 5, WaitingSince = At };
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
            StopRequested = true,
            AssignedAt = At,
            StartedAt = At,
            EndedAt = At,
            Reserved = new(11),
            Settled = new(12),
            PreviousOfAccount = 13,
            LastEntry = new(14, 15),
        };
        var bare = new Job { Key = 2, Account = 2, Market = 3, Definition = new(SomeBytes), PricePerHour = new(4), FeeBasisPoints = 5, TimeoutSeconds = 6, PostedAt = At, QueuedUntil = At };
        var key = new ApiKey { Key = 1, Hash = SomeBytes, Account = 2, Name = "k", Scopes = (string[])["x:y", "z"], CreatedAt = At, ExpiresAt = At };

        stores.Write(rows =>
        {
            rows.Accounts[1] = account;
            rows.Markets[1] = market;
            rows.Nodes[1] = node;
            rows.Jobs[1] = job;
            rows.Jobs[2] = bare;
            rows.ApiKeys[1] = key;
        });

        (await stores.Stores.Read.AccountAsync(1, Cancellation)).ShouldBe(account);
        (await stores.Stores.Read.AccountAsync(account.Address, Cancellation)).ShouldBe(account);
        (await stores.Stores.Read.MarketsAsync(Cancellation)).Single().ShouldBeEquivalentTo(market);
        (await stores.Stores.Read.NodesAsync(Cancellation)).Single().ShouldBe(node);
        (await stores.Stores.Read.JobAsync(1, Cancellation)).ShouldBe(job);
        (await stores.Stores.Read.JobAsync(2, Cancellation)).ShouldBe(bare);
        (await stores.Stores.Read.RunningJobsAsync(1, Cancellation)).ShouldBe([job]);
        (await stores.Stores.Read.ApiKeyAsync(SomeBytes, Cancellation)).ShouldBeEquivalentTo(key);
    }

    [Fact]
    public async Task What_was_rolled_back_was_never_there()
    {
        using var stores = Open();
        stores.Stores.Lane.Begin();
        var rows = new ChangedRows();
        rows.Jobs[1] = NewJob(1);
        stores.Stores.Lane.Write(rows);

        stores.Stores.Lane.Rollback();

        stores.Stores.Lane.ReadJob(1).ShouldBeNull();
        (await stores.Stores.Read.JobAsync(1, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public void A_queue_is_read_in_order_from_where_one_left_off()
    {
        using var stores = Open();
        stores.Write(rows =>
        {
            foreach (var key in (long[])[5, 3, 9, 1])
                rows.Jobs[key] = NewJob(key) with { State = key == 3 ? JobState.Running : JobState.Queued };
        });

        stores.Stores.Lane.ReadQueue(3, after: 1, limit: 10).Select(q => q.Key).ShouldBe([5, 9]);
        stores.Stores.Lane.ReadQueue(3, after: 0, limit: 2).Select(q => q.Key).ShouldBe([1, 5]);
    }

    [Fact]
    public async Task An_accounts_jobs_are_walked_newest_first_page_by_page()
    {
        using var stores = Open();
        stores.Write(rows =>
        {
            rows.Accounts[2] = new Account { Key = 2, Address = new(SomeBytes), Role = AccountRole.User, Name = "a", CreatedAt = At, LastJob = 5 };
            for (var key = 1; key <= 5; key++)
                rows.Jobs[key] = NewJob(key) with { PreviousOfAccount = key - 1 };
        });

        var first = await stores.Stores.Read.JobsAsync(2, before: 0, limit: 2, j => j.Key != 4, Cancellation);
        var second = await stores.Stores.Read.JobsAsync(2, before: first.Next!.Value, limit: 2, j => j.Key != 4, Cancellation);

        first.Jobs.Select(j => j.Key).ShouldBe([5, 3]);
        second.Jobs.Select(j => j.Key).ShouldBe([2, 1]);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task A_block_is_read_entry_by_entry()
    {
        using var stores = Open();
        stores.Stores.Lane.Begin();
        stores.Stores.Lane.WriteBlock(new Block { Height = 1, Previous = default, Root = SomeBytes, At = At, Signature = [1], Entries = Block.Pack([[7], [8, 9]]) });
        stores.Stores.Lane.Commit();

        (await stores.Stores.Read.EntryAsync(new(1, 1), Cancellation)).ShouldBe([8, 9]);
        (await stores.Stores.Read.EntryAsync(new(2, 0), Cancellation)).ShouldBeNull();
        stores.Stores.Lane.ReadHead().Height.ShouldBe(1);
    }

    [Fact]
    public void A_store_that_a_newer_version_wrote_is_refused()
    {
        Open().Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "network.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        Should.Throw<StoreException>(() => Open()).Message.ShouldContain("newer version");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Path.Combine(_directory, "network.db"), string.Concat(Enumerable.Repeat("this is no database. ", 100)));

        Should.Throw<StoreException>(() => Open()).Message.ShouldContain("cannot be opened");
    }

    [Fact]
    public async Task Blocks_are_kept_once_and_a_pin_keeps_who_pinned_first()
    {
        using var stores = Open();
        var content = stores.Stores.Content;
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
        using var stores = Open();
        var content = stores.Stores.Content;
        await Gen.Int.Select(i => new Bytes32(SHA256.HashData(BitConverter.GetBytes(i)))).SampleAsync(
            async digest =>
            {
                await content.WriteBlocksAsync([new IpfsBlock(new(digest), digest.ToArray())], Cancellation);
                (await content.ReadBlockAsync(new(digest), Cancellation)).ShouldBe(digest.ToArray());
            },
            iter: 200, threads: 4);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Job NewJob(long key) => new()
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

    private OpenStores Open() => new(SqliteStores.Open(_directory));

    private sealed class OpenStores(SqliteStores stores) : IDisposable
    {
        public SqliteStores Stores { get; } = stores;

        public void Write(Action<ChangedRows> fill)
        {
            var rows = new ChangedRows();
            fill(rows);
            Stores.Lane.Begin();
            Stores.Lane.Write(rows);
            Stores.Lane.Commit();
        }

        public void Dispose()
        {
            Stores.Content.Dispose();
            Stores.Read.Dispose();
            Stores.Lane.Dispose();
        }
    }
}
