using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class OnceTests
{
    [Fact]
    public async Task A_request_that_is_asked_again_is_told_the_same_and_done_once()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var first = await network.DoAsync(Post(account, "key"));
        network.Restart();
        var second = await network.DoAsync(Post(account, "key"));

        second.Body.ShouldBe(first.Body);
        (first.IsRepeated, second.IsRepeated).ShouldBe((false, true));
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(1);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task Requests_under_one_key_that_come_together_are_done_once()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);

        var said = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => network.DoAsync(Post(account, "key"))));

        said.Count(s => !s.IsRepeated).ShouldBe(1);
        said.Select(s => Encoding.UTF8.GetString(s.Body)).Distinct().Count().ShouldBe(1);
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(1);
    }

    [Fact]
    public async Task Another_request_under_the_key_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.DoAsync(Post(account, "key"));

        (await network.RefusedAsync(Post(account, "key", "another body"))).Code.ShouldBe(ErrorCode.IdempotencyKeyPayloadMismatch);
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(1);
    }

    [Fact]
    public async Task Another_accounts_key_is_another_key()
    {
        using var network = await TestNetwork.StartAsync();
        var (one, other) = (await network.NewAccountAsync(1), await network.NewAccountAsync(1));

        await network.DoAsync(Post(one, "key"));
        (await network.DoAsync(Post(other, "key"))).IsRepeated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refusal_is_not_kept()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(0);
        (await network.RefusedAsync(Post(account, "key"))).Code.ShouldBe(ErrorCode.InsufficientCredits);
        await network.DoAsync(new GrantCredits(account.Address, Credits.FromUsd(1)));

        (await network.DoAsync(Post(account, "key"))).IsRepeated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_expires_after_a_day_and_is_forgotten_after_two()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.DoAsync(Post(account, "key"));

        network.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        (await network.DoAsync(Post(account, "key"))).IsRepeated.ShouldBeTrue();
        network.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await network.RefusedAsync(Post(account, "key"))).Code.ShouldBe(ErrorCode.IdempotencyKeyExpired);
        network.Time.Advance(TimeSpan.FromHours(24));
        (await network.DoAsync(Post(account, "key"))).IsRepeated.ShouldBeFalse();
        (await network.DoAsync(Post(account, "key"))).IsRepeated.ShouldBeTrue();
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(2);
    }

    [Fact]
    public async Task Forgotten_keys_leave_the_store_as_new_ones_come()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);
        var old = Enumerable.Range(0, 10).Select(i => Post(account, $"old{i}")).ToList();
        foreach (var post in old)
            await network.DoAsync(post);
        network.Time.Advance(IdempotencyKey.Known + TimeSpan.FromMilliseconds(1));

        for (var i = 0; i < 5; i++)
            await network.DoAsync(Post(account, $"new{i}"));

        foreach (var post in old)
            (await network.Engine.Read.AnswerAsync(post.Key.Id, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await network.DoAsync(Post(account, "new0"))).IsRepeated.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_the_transaction_fails_neither_the_change_nor_the_key_is_there()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        foreach (var failing in (string[])[nameof(ILaneStore.WriteAnswers), nameof(ILaneStore.Commit)])
        {
            network.Store.FailNext(failing);
            await Should.ThrowAsync<IOException>(() => network.DoAsync(Post(account, "key")));
            (await network.AccountAsync(account.Key)).Jobs.ShouldBe(0);
        }

        (await network.DoAsync(Post(account, "key"))).IsRepeated.ShouldBeFalse();
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_remembered_too()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;
        var stop = new StopJob(new(account.Key), network.AddressOf(job));
        await network.DoAsync(stop);

        var again = new Once<StoppedJob>(stop, Key(account, "key", "stop"), s => new Said(200, Encoding.UTF8.GetBytes(s.Outcome.ToString())));
        await network.DoAsync(again);
        (await network.DoAsync(again)).IsRepeated.ShouldBeTrue();
    }

    [Fact]
    public void Keys_that_are_UUIDs_of_version_7_grow_with_their_time() => Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[1, 1L << 40]).Sample((at, later) =>
    {
        var first = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at)).ToString();
        var second = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at + later)).ToString();
        IdempotencyKey.Of(1, first, default).Id.ShouldBeLessThan(IdempotencyKey.Of(2, second, default).Id);
        IdempotencyKey.Of(1, first, default).Id.ShouldNotBe(IdempotencyKey.Of(2, first, default).Id);
    });

    [Fact]
    public async Task A_batch_is_one_transaction_in_which_each_command_is_decided_for_itself()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(0.11m);
        var node = await network.NewNodeAsync();
        var batch = Batch(account, TestNetwork.PostCommand(account), TestNetwork.PostCommand(account), TestNetwork.PostCommand(account, seconds: -1));

        network.Store.FailNext(nameof(ILaneStore.Commit));
        await Should.ThrowAsync<IOException>(() => network.Engine.ExecuteAsync(batch, TestContext.Current.CancellationToken));
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(0);

        var first = await network.Engine.ExecuteAsync(batch, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(first.Value!.Body).ShouldBe("done INSUFFICIENT_CREDITS INVALID_TIMEOUT");
        network.Restart();
        var second = await network.Engine.ExecuteAsync(batch, TestContext.Current.CancellationToken);
        (second.Value!.IsRepeated, Encoding.UTF8.GetString(second.Value.Body)).ShouldBe((true, "done INSUFFICIENT_CREDITS INVALID_TIMEOUT"));
        (await network.NodeAsync(node)).Running.ShouldBe(1);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task A_batch_that_fails_half_way_has_changed_nothing_and_takes_nobody_with_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);
        var posts = Enumerable.Range(0, 20).Select(_ => network.PostAsync(account)).ToList();
        var failing = network.Engine.ExecuteAsync(Batch(account, TestNetwork.PostCommand(account), new Broken()), TestContext.Current.CancellationToken);
        posts.AddRange(Enumerable.Range(0, 20).Select(_ => network.PostAsync(account)));

        await Should.ThrowAsync<InvalidOperationException>(() => failing);
        await Task.WhenAll(posts);

        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(40);
        await Invariants.CheckAsync(network);
    }

    private sealed record Broken : Command<PostedJob>
    {
        public override Outcome<PostedJob> Decide(Draft draft) => throw new InvalidOperationException("A bug.");
    }

    private static OnceEach<PostedJob> Batch(Account account, params Command<PostedJob>[] commands) =>
        new(commands, Key(account, "batch", "body"), outcomes => new Said(200, Encoding.UTF8.GetBytes(string.Join(' ', outcomes.Select(o => o.Refusal?.Code.Code ?? "done")))));

    private static Once<PostedJob> Post(Account account, string key, string body = "body") =>
        new(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, null), Key(account, key, body), posted => new Said(200, Encoding.UTF8.GetBytes(posted.Tx.ToString())));

    private static IdempotencyKey Key(Account account, string text, string body) =>
        IdempotencyKey.Of(account.Key, text, new Bytes32(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
}
