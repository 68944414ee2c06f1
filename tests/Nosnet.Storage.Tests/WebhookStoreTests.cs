using Nosnet.Engine;

namespace Nosnet.Storage.Tests;

/// <summary>What every store of webhooks has to do.</summary>
public abstract class WebhookStoreTests : StoresFixture
{
    private protected WebhookStoreTests(PostgresCluster? cluster)
        : base(cluster)
    {
    }

    private IWebhookStore Store => Stores.Webhooks;

    [Fact]
    public async Task A_webhook_comes_back_as_it_was_added_and_an_account_has_as_many_as_it_may()
    {
        (await Store.AddAsync(Webhook("a", 1), most: 2, Cancellation)).ShouldBeTrue();
        (await Store.AddAsync(Webhook("b", 1), most: 2, Cancellation)).ShouldBeTrue();
        (await Store.AddAsync(Webhook("c", 1), most: 2, Cancellation)).ShouldBeFalse();
        (await Store.AddAsync(Webhook("d", 2), most: 2, Cancellation)).ShouldBeTrue();
        var one = (await Store.ListAsync(1, Cancellation))[0];
        (one with { Secret = default }).ShouldBe(Webhook("a", 1) with { Secret = default });
        one.Secret.ToArray().ShouldBe([1, 2, 3]);
        (await Store.AllAsync(Cancellation)).Select(w => w.Id).ShouldBe(["a", "b", "d"]);
    }

    [Fact]
    public async Task Messages_are_taken_in_once_with_the_cursor_and_come_in_the_order_in_which_they_are_due()
    {
        await Store.AddAsync(Webhook("a", 1), most: 2, Cancellation);
        await Store.QueueAsync("a", [Message(5, 1), Message(5, 0)], new(5, 1), Cancellation);
        await Store.QueueAsync("a", [Message(5, 1), Message(7, 0) with { NextAt = At.AddSeconds(-1) }], new(7, 0), Cancellation);
        (await Store.PendingAsync("a", 10, Cancellation)).Select(m => m.Place).ShouldBe([new(7, 0), new(5, 0), new(5, 1)]);
        (await Store.PendingAsync("a", 10, Cancellation))[2].ShouldBe(Message(5, 1));
        (await Store.PendingAsync("a", 1, Cancellation)).Count.ShouldBe(1);
        (await Store.AllAsync(Cancellation))[0].Cursor.ShouldBe(new(7, 0));
        (await Store.IsFullAsync("a", 3, Cancellation)).ShouldBeTrue();
        (await Store.IsFullAsync("a", 4, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_attempt_is_noted_with_what_follows_from_it_and_the_newest_are_kept()
    {
        await Store.AddAsync(Webhook("a", 1), most: 2, Cancellation);
        await Store.QueueAsync("a", [Message(1, 0)], new(1, 0), Cancellation);
        for (var number = 1; number <= 3; number++)
            await Store.NoteAsync(Message(1, 0), Attempt(number) with { Status = null, Error = "no" }, At.AddMinutes(number), kept: 2, Cancellation);
        (await Store.PendingAsync("a", 10, Cancellation)).ShouldBe([Message(1, 0) with { Attempts = 3, NextAt = At.AddMinutes(3) }]);
        await Store.NoteAsync(Message(1, 0), Attempt(4), nextAt: null, kept: 2, Cancellation);
        (await Store.PendingAsync("a", 10, Cancellation)).ShouldBeEmpty();
        (await Store.AttemptsAsync("a", Cancellation)).ShouldBe([Attempt(4), Attempt(3) with { Status = null, Error = "no" }]);
    }

    [Fact]
    public async Task A_webhook_that_is_removed_takes_all_with_it_and_gets_nothing_more()
    {
        await Store.AddAsync(Webhook("a", 1), most: 2, Cancellation);
        await Store.QueueAsync("a", [Message(1, 0)], new(1, 0), Cancellation);
        await Store.NoteAsync(Message(1, 0), Attempt(1), At, kept: 2, Cancellation);
        (await Store.DeleteAsync("a", Cancellation)).ShouldBeTrue();
        (await Store.DeleteAsync("a", Cancellation)).ShouldBeFalse();
        await Store.QueueAsync("a", [Message(2, 0)], new(2, 0), Cancellation);
        await Store.NoteAsync(Message(1, 0), Attempt(2), At, kept: 2, Cancellation);
        (await Store.PendingAsync("a", 10, Cancellation)).ShouldBeEmpty();
        (await Store.AttemptsAsync("a", Cancellation)).ShouldBeEmpty();
    }

    private static Webhook Webhook(string id, long account) => new(id, account, "https://example.com/" + id, "job.ended balance.low", new byte[] { 1, 2, 3 }, At, new(3, 4));
    private static WebhookMessage Message(long height, int index) => new("a", new(height, index), At, 0, At);
    private static WebhookAttempt Attempt(int number) => new("msg_1", "job.ended", number, At, "retrying", 500, null, 7);
}

public sealed class SqliteWebhookStoreTests() : WebhookStoreTests(cluster: null);

public sealed class PostgresWebhookStoreTests(PostgresCluster cluster) : WebhookStoreTests(cluster);
