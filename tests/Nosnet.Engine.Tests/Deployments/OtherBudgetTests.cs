using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>A deployment's jobs count in the budget of the key that created it, and a key with another budget does not have it spend.</summary>
public sealed class OtherBudgetTests
{
    public static TheoryData<string, Func<Caller, DeploymentAddress, Command<Deployment>>> Spending => new()
    {
        { "start", (c, d) => new StartDeployment(c, d) },
        { "scale", (c, d) => new ScaleDeployment(c, d, 5_000) },
        { "retime", (c, d) => new RetimeDeployment(c, d, 7_200) },
        { "revise", (c, d) => new AddRevision(c, d, new RevisionContent(TestNetwork.Result, Requirements: null, Exposes: false)) },
        { "activate", (c, d) => new ActivateRevision(c, d, 1) },
        { "move", (c, d) => new MoveDeployment(c, d, "other") },
        { "reschedule", (c, d) => new RescheduleDeployment(c, d, "* * * * *", null) },
        { "allow", (c, d) => new SetAllowance(c, d, Budget: null, MaxJobs: null) },
        { "wait for less long", (c, d) => new SetStartupTimeout(c, d, 0) },
    };

    [Theory]
    [MemberData(nameof(Spending), DisableDiscoveryEnumeration = true)]
    public async Task A_key_with_a_budget_has_no_deployment_spend_that_does_not_count_in_it(string what, Func<Caller, DeploymentAddress, Command<Deployment>> command)
    {
        using var scene = await DeploymentScene.BeginAsync();
        var key = await NewKeyAsync(scene);
        await scene.CreateAsync(scene.New(DeploymentStrategy.Scheduled));
        var before = await scene.RowAsync();

        var refusal = await scene.Network.RefusedAsync(command(new Caller(scene.Owner.Key, key), scene.Address));

        refusal.Code.ShouldBe(ErrorCode.CapReached, what);
        refusal.Message.ShouldBe($"An API key with a budget of its own starts and changes only deployments that count in it, and deployment {scene.Address} does not. Use the key that created it, or one without caps; or duplicate it, and the copy counts.");
        (await scene.RowAsync()).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Spending), DisableDiscoveryEnumeration = true)]
    public async Task What_counts_in_its_budget_is_its_own_to_change_and_that_of_keys_without_one(string what, Func<Caller, DeploymentAddress, Command<Deployment>> command)
    {
        using var scene = await DeploymentScene.BeginAsync();
        var key = await NewKeyAsync(scene);
        await scene.CreateAsync(scene.New(DeploymentStrategy.Scheduled) with { KeyBudget = key });

        (await scene.Network.TryAsync(command(new Caller(scene.Owner.Key, key), scene.Address))).Refusal?.Message.ShouldBeNull(what);
        (await scene.Network.RefusedAsync(command(new Caller(scene.Owner.Key, await NewKeyAsync(scene)), scene.Address))).Code.ShouldBe(ErrorCode.CapReached, what);
        await scene.CreateAsync(scene.New(DeploymentStrategy.Scheduled) with { KeyBudget = key });
        await scene.DoAsync(command);
    }

    [Fact]
    public async Task What_spends_nothing_is_done_with_any_key()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var capped = new Caller(scene.Owner.Key, await NewKeyAsync(scene));
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));

        (await scene.Network.DoAsync(new RenameDeployment(capped, scene.Address, "another"))).Name.ShouldBe("another");
        await scene.Network.DoAsync(new StopDeployment(capped, scene.Address));
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        (await scene.Network.DoAsync(new ArchiveDeployment(capped, scene.Address))).Status.ShouldBe(DeploymentStatus.Archived);

        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));
        await scene.Network.DoAsync(new StopDeployment(capped, scene.Address));
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        (await scene.Network.DoAsync(new DeleteDeployment(capped, scene.Address))).Deleted.ShouldBeTrue();
    }

    private static async Task<long> NewKeyAsync(DeploymentScene scene) =>
        (await scene.Network.DoAsync(new CreateApiKey(scene.Owner.Key, scene.Network.NewBytes(), "key", [], ExpiresIn: null) { Caps = new() { MaxPerDayUsd = Credits.FromUsd(1) } })).Key;
}
