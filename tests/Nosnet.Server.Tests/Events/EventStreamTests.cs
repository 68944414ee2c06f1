using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_jobs_life_is_told_as_it_happens()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        using var events = await EventReader.OpenAsync(network, "/api/events");
        (await events.NextAsync()).ShouldNotBeNull().Name.ShouldBe(AccountEvents.Open);

        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        var result = await node.PinAsync(Results.Of("hello", "hi"));
        (await node.FinishAsync(run, result)).ShouldSucceed();

        var told = new List<JsonElement>();
        while (told.Count == 0 || Type(told[^1]) != AccountEvents.JobEnded)
            told.Add((await events.NextAsync(AccountEvents.Event)).Data);
        told.Select(Type).ShouldBe(["job.posted", "job.assigned", "job.started", "job.ended"]);
        told.ShouldAllBe(e => e.GetProperty("job").GetString() == job);
        told[0].GetProperty("availableChangeUsd").GetDecimal().ShouldBe(-0.018333334m);
        told[1].GetProperty("node").GetString().ShouldBe(node.Address.ToString());
        told[3].GetProperty("status").GetString().ShouldBe("completed");
        told[3].GetProperty("reason").GetString().ShouldBe("completed");
        told[3].GetProperty("result").GetString().ShouldBe(result);
        (await network.GetAsync($"/api/receipts/{told[3].GetProperty("tx").GetString()}")).ShouldSucceed();
    }

    [Fact]
    public async Task Whoever_comes_back_misses_nothing_over_a_restart_of_the_server()
    {
        var directory = TestNetwork.NewDirectory();
        try
        {
            string last;
            var jobs = new List<string>();
            await using (var network = await TestNetwork.StartAsync(directory: directory))
            {
                using var events = await EventReader.OpenAsync(network, "/api/events");
                last = (await events.NextAsync(AccountEvents.Open)).Id.ShouldNotBeNull();
                for (var i = 0; i < 5; i++)
                    jobs.Add(await network.PostJobAsync());
                for (var i = 0; i < 2; i++)
                    last = (await events.NextAsync(AccountEvents.Event)).Id.ShouldNotBeNull();
            }

            await using (var network = await TestNetwork.StartAsync(directory: directory))
            {
                jobs.Add(await network.PostJobAsync());
                using var events = await EventReader.OpenAsync(network, "/api/events", last);
                foreach (var job in jobs.Skip(2))
                    (await events.NextAsync(AccountEvents.Event)).Data.GetProperty("job").GetString().ShouldBe(job);
                using var asked = await EventReader.OpenAsync(network, $"/api/events?after={last}");
                (await asked.NextAsync(AccountEvents.Event)).Data.GetProperty("job").GetString().ShouldBe(jobs[2]);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task All_that_ever_happened_is_told_in_order_and_once_with_many_entries_in_one_block()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = Genesis.FirstMarket.ToString(), timeout = 60 };
        (await network.SendAsync(HttpMethod.Post, "/api/jobs/list/batch", new { jobs = Enumerable.Repeat(job, 300) }, with: r => r.Headers.Add("Idempotency-Key", "many"))).ShouldSucceed();
        await network.PostJobAsync();

        using var events = await EventReader.OpenAsync(network, "/api/events?after=0");
        var (types, ids, jobs) = (new List<string>(), new HashSet<string>(), new List<string?>());
        while (jobs.Count < 301)
        {
            var told = await events.NextAsync(AccountEvents.Event);
            ids.Add(told.Id!).ShouldBeTrue();
            types.Add(Type(told.Data));
            if (types[^1] == AccountEvents.JobPosted)
                jobs.Add(told.Data.GetProperty("job").GetString());
        }

        types.Take(3).ShouldBe(["account.created", "api_key.created", "credits.granted"]);
        jobs.ShouldBe(Enumerable.Range(1, 301).Select(k => network.Engine.Addresses.Job(k).ToString()));
    }

    [Fact]
    public async Task A_low_balance_is_told_once_and_again_only_after_it_was_above()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, account) = await network.NewAccountAsync(credits: 0.05m);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/low-balance", new { belowUsd = 0.04 }, key)).ShouldSucceed().Json.GetProperty("lowBalanceUsd").GetDecimal().ShouldBe(0.04m);
        await network.PostJobAsync(key: key);
        await network.PostJobAsync(key: key);
        (await network.PostAsync("/api/credits/grant", new { account, amount = 0.04 })).ShouldSucceed();
        await network.PostJobAsync(key: key);
        await network.PostJobAsync(timeout: 60, key: key);

        using var events = await EventReader.OpenAsync(network, $"/api/events?after=0&account={account}");
        var types = new List<string>();
        while (types.Count(t => t == AccountEvents.JobPosted) < 4)
            types.Add(Type((await events.NextAsync(AccountEvents.Event)).Data));
        types.Where(t => t is AccountEvents.BalanceLow or AccountEvents.JobPosted or "credits.granted")
            .ShouldBe(["credits.granted", "job.posted", "balance.low", "job.posted", "credits.granted", "job.posted", "balance.low", "job.posted"]);
    }

    [Fact]
    public async Task Nobody_follows_another_account_or_goes_on_behind_an_event_of_it()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, account) = await network.NewAccountAsync();
        using var events = await EventReader.OpenAsync(network, "/api/events");
        var foreign = (await events.NextAsync(AccountEvents.Open)).Id;
        (await network.GetAsync($"/api/events?after={foreign}", key)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync("/api/events?after=nonsense", key)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync($"/api/events?account={account}", key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
        (await network.GetAsync("/api/events?account=nobody")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.AccountNotFound);
        (await network.GetAsync("/api/events", key: "")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/low-balance", new { belowUsd = -1 }, key)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    private static string Type(JsonElement told) => told.GetProperty("type").GetString()!;
}
