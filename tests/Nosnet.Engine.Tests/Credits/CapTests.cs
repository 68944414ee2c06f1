using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>A job of an hour costs $0.11 in the first market.</summary>
public sealed class CapTests
{
    private static readonly Credits Hour = Credits.FromUsd(0.11m);

    [Fact]
    public async Task What_is_held_at_once_stays_within_the_cap_of_the_account()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        await network.DoAsync(new CapAccount(account.Address, new() { MaxReservedUsd = Credits.FromUsd(0.25m) }));
        var first = (await network.PostAsync(account)).Job;
        await network.PostAsync(account);

        var refusal = await network.RefusedAsync(TestNetwork.PostCommand(account));
        refusal.Code.ShouldBe(ErrorCode.CapReached);
        refusal.Message.ShouldBe("Your account may hold $0.250 for jobs at once; it holds $0.220, and this is $0.110 more. Wait until jobs have ended, or have the cap raised.");

        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(first)));
        await network.PostAsync(account);
    }

    [Fact]
    public async Task Two_posts_at_once_do_not_pass_one_cap_together()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var key = await NewKeyAsync(network, account, new() { MaxReservedUsd = Hour });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => network.TryAsync(Post(account, key))));

        outcomes.Count(o => !o.IsRefused).ShouldBe(1);
        outcomes.Where(o => o.IsRefused).ShouldAllBe(o => o.Refusal!.Code == ErrorCode.CapReached);
    }

    [Fact]
    public async Task A_day_counts_what_its_jobs_hold_and_then_what_they_cost()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var node = await network.NewNodeAsync();
        await network.DoAsync(new CapAccount(account.Address, new() { MaxPerDayUsd = Credits.FromUsd(0.2m) }));
        var job = (await network.PostAsync(account)).Job;
        var refusal = await network.RefusedAsync(TestNetwork.PostCommand(account));
        refusal.Code.ShouldBe(ErrorCode.CapReached);
        refusal.Message.ShouldContain("may spend $0.200 a day; $0.110 of today are held or spent, and this is $0.110 more. It begins anew at 2026-01-02 00:00 UTC");

        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromMinutes(6));
        await network.FinishAsync(node, job);

        (await network.AccountAsync(account.Key)).Spent.On(network.Time.GetUtcNow()).ShouldBe(Credits.FromUsd(0.011m));
        await network.PostAsync(account);
    }

    [Fact]
    public async Task A_new_day_begins_with_nothing_and_owes_nothing_to_the_day_before()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        await network.DoAsync(new CapAccount(account.Address, new() { MaxPerDayUsd = Hour }));
        network.Time.Advance(TimeSpan.FromHours(23.9));
        var yesterday = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromHours(0.2));

        await network.PostAsync(account);
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(yesterday)));

        (await network.RefusedAsync(TestNetwork.PostCommand(account))).Code.ShouldBe(ErrorCode.CapReached);
    }

    [Fact]
    public async Task One_job_holds_no_more_than_its_cap_with_all_its_extensions()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        await network.DoAsync(new CapAccount(account.Address, new() { MaxPerJobUsd = Credits.FromUsd(0.2m) }));
        (await network.RefusedAsync(TestNetwork.PostCommand(account, seconds: 7_200))).Message.ShouldStartWith("Your account may hold $0.200 for one job, and this one would hold $0.220.");
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 1_800));

        (await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 1_800))).Code.ShouldBe(ErrorCode.CapReached);
        (await network.JobAsync(job)).TimeoutSeconds.ShouldBe(5_400);
    }

    [Fact]
    public async Task Extending_counts_against_what_is_held_at_once_and_against_the_day()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new CapAccount(account.Address, new() { MaxReservedUsd = Hour }));
        (await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 60))).Message.ShouldContain("for jobs at once");
        await network.DoAsync(new CapAccount(account.Address, new() { MaxPerDayUsd = Hour }));
        (await network.RefusedAsync(new ExtendJob(network.Operator, network.AddressOf(job), 60))).Message.ShouldContain("a day");
    }

    [Fact]
    public async Task A_keys_cap_holds_for_that_key_alone()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var key = await NewKeyAsync(network, account, new() { MaxReservedUsd = Hour });
        await network.DoAsync(Post(account, key));

        (await network.RefusedAsync(Post(account, key))).Message.ShouldStartWith("The API key may hold $0.110 for jobs at once; it holds $0.110");
        await network.PostAsync(account);
    }

    [Fact]
    public async Task What_a_key_holds_is_counted_over_a_restart_and_released_when_its_jobs_end()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var key = await NewKeyAsync(network, account, new() { MaxReservedUsd = Hour, MaxPerDayUsd = Hour });
        var job = (await network.DoAsync(Post(account, key))).Job;

        network.Restart();

        (await network.RefusedAsync(Post(account, key))).Code.ShouldBe(ErrorCode.CapReached);
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));
        var budget = (await network.Engine.Read.BudgetAsync(key, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        budget.Reserved.ShouldBe(Credits.Zero);
        budget.Spent.Amount.ShouldBe(Credits.Zero);
        await network.DoAsync(Post(account, key));
    }

    [Fact]
    public async Task A_key_with_a_budget_extends_only_jobs_that_count_in_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var key = await NewKeyAsync(network, account, new() { MaxReservedUsd = Credits.FromUsd(0.12m) });
        var other = (await network.PostAsync(account)).Job;
        var own = (await network.DoAsync(Post(account, key))).Job;

        (await network.RefusedAsync(new ExtendJob(new(account.Key, key), network.AddressOf(other), 60))).Code.ShouldBe(ErrorCode.CapReached);
        await network.DoAsync(new ExtendJob(new(account.Key, key), network.AddressOf(own), 60));
        // The budget is the job's, whoever extends it.
        (await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(own), 3_600))).Message.ShouldStartWith("The API key may hold");
    }

    [Fact]
    public async Task A_key_gets_caps_later_and_loses_them_again()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var key = await network.DoAsync(new CreateApiKey(account.Key, network.NewBytes(), "key", [], ExpiresIn: null));
        key.HasBudget.ShouldBeFalse();
        var id = network.Engine.Addresses.ApiKey(key.Key);

        var capped = await network.DoAsync(new CapApiKey(new(account.Key), id, new() { MaxPerJobUsd = Credits.Zero }));
        capped.Key.HasBudget.ShouldBeTrue();
        (await network.RefusedAsync(Post(account, key.Key))).Code.ShouldBe(ErrorCode.CapReached);
        (await network.RefusedAsync(new CapApiKey(new(account.Key, key.Key), id, SpendingCaps.None))).Code.ShouldBe(ErrorCode.CapReached);
        await network.DoAsync(new CapApiKey(new(account.Key), id, SpendingCaps.None));
        await network.DoAsync(Post(account, key.Key));
    }

    [Fact]
    public async Task Caps_below_nothing_and_keys_of_others_are_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var (account, other) = (await network.NewAccountAsync(10), await network.NewAccountAsync(10));
        var key = await network.DoAsync(new CreateApiKey(account.Key, network.NewBytes(), "key", [], ExpiresIn: null));
        var negative = new SpendingCaps { MaxPerDayUsd = Credits.FromUsd(-1) };

        (await network.RefusedAsync(new CapAccount(account.Address, negative))).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await network.RefusedAsync(new CapApiKey(new(account.Key), network.Engine.Addresses.ApiKey(key.Key), negative))).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await network.RefusedAsync(new CreateApiKey(account.Key, network.NewBytes(), "key", [], ExpiresIn: null) { Caps = negative })).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await network.RefusedAsync(new CapApiKey(new(other.Key), network.Engine.Addresses.ApiKey(key.Key), SpendingCaps.None))).Code.ShouldBe(ErrorCode.ApiKeyNotFound);
        (await network.RefusedAsync(new CapAccount(new(network.NewBytes()), SpendingCaps.None))).Code.ShouldBe(ErrorCode.AccountNotFound);
    }

    [Fact]
    public async Task Nothing_of_a_budget_is_read_where_there_is_none()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        network.Store.FailNext(nameof(ILaneStore.ReadBudget), nameof(ILaneStore.ReadApiKey));
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 60));
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));
    }

    private static PostJob Post(Account account, long key) => TestNetwork.PostCommand(account) with { Budget = key };

    private static async Task<long> NewKeyAsync(TestNetwork network, Account account, SpendingCaps caps) =>
        (await network.DoAsync(new CreateApiKey(account.Key, network.NewBytes(), "key", [], ExpiresIn: null) { Caps = caps })).Key;
}
