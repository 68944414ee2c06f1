using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>That an account's cap of what is held at once counts what its vaults hold. A job of an hour costs $0.11 in the first market.</summary>
public sealed class VaultCapTests
{
    [Fact]
    public async Task What_a_vault_holds_counts_against_the_cap_of_its_account()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        var vault = await NewVaultAsync(scene);
        await CapAsync(scene, 0.25m);

        await scene.RunAsync(scene.New(DeploymentStrategy.Simple, replicas: 5) with { Vault = vault.Key });

        (await scene.ActiveAsync()).Count.ShouldBe(2);
        (await scene.EventsAsync()).ShouldContain(DeploymentEventTypes.ListRefused);
        (await scene.Network.AccountAsync(vault.Key)).Reserved.ShouldBe(Credits.FromUsd(0.22m));
    }

    [Fact]
    public async Task What_the_account_and_all_of_its_vaults_hold_counts_together()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        var (first, second) = (await NewVaultAsync(scene), await NewVaultAsync(scene));
        await NewVaultOfAnotherAsync(scene);
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple) with { Vault = first.Key });
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple) with { Vault = second.Key });
        var job = (await scene.ActiveAsync()).ShouldHaveSingleItem();
        await CapAsync(scene, 0.32m);

        foreach (var isRestarted in (bool[])[false, true])
        {
            if (isRestarted)
                scene.Network.Restart();
            (await scene.Network.RefusedAsync(TestNetwork.PostCommand(scene.Owner))).Message.ShouldBe(
                "Your account may hold $0.320 for jobs at once; it holds $0.220, and this is $0.110 more. Wait until jobs have ended, or have the cap raised.");
            (await scene.Network.RefusedAsync(new ExtendJob(scene.Caller, scene.Network.AddressOf(job), 3_600))).Code.ShouldBe(ErrorCode.CapReached);
        }

        await scene.DoAsync((c, d) => new StopDeployment(c, d));
        await scene.PassAsync(TimeSpan.Zero);
        await scene.Network.PostAsync(scene.Owner);
    }

    [Fact]
    public async Task A_vault_that_is_made_later_counts_too()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        await CapAsync(scene, 0.12m);
        // Its vaults are looked up here: there are none.
        var job = (await scene.Network.PostAsync(scene.Owner)).Job;
        await scene.Network.DoAsync(new StopJob(scene.Caller, scene.Network.AddressOf(job)));
        var vault = await scene.Network.DoAsync(new CreateVault(scene.Owner.Key, new(scene.Network.NewBytes()), "later"));
        await scene.Network.DoAsync(new GrantCredits(vault.Address, Credits.FromUsd(10)));

        await scene.RunAsync(scene.New(DeploymentStrategy.Simple) with { Vault = vault.Key });

        (await scene.ActiveAsync()).Count.ShouldBe(1);
        (await scene.Network.RefusedAsync(TestNetwork.PostCommand(scene.Owner))).Message.ShouldContain("it holds $0.110");
    }

    [Fact]
    public async Task Vaults_are_looked_up_for_accounts_alone_that_have_the_cap()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        await scene.Network.DoAsync(new CapAccount(scene.Owner.Address, new() { MaxPerDayUsd = Credits.FromUsd(100), MaxPerJobUsd = Credits.FromUsd(1) }));
        scene.Network.Store.FailNext(nameof(ILaneStore.ReadVaults));
        await scene.Network.PostAsync(scene.Owner);
    }

    private static Task<Account> CapAsync(DeploymentScene scene, decimal usd) =>
        scene.Network.DoAsync(new CapAccount(scene.Owner.Address, new() { MaxReservedUsd = Credits.FromUsd(usd) }));

    private static Task<Account> NewVaultAsync(DeploymentScene scene) => NewVaultAsync(scene, scene.Owner);

    private static async Task<Account> NewVaultAsync(DeploymentScene scene, Account owner)
    {
        var vault = await scene.Network.DoAsync(new CreateVault(owner.Key, new(scene.Network.NewBytes()), "vault"));
        return (await scene.Network.DoAsync(new MoveCredits(owner.Key, vault.Address, Credits.FromUsd(10), IsWithdrawal: false))).Vault;
    }

    private static async Task NewVaultOfAnotherAsync(DeploymentScene scene)
    {
        var other = await scene.Network.NewAccountAsync(100);
        var vault = await NewVaultAsync(scene, other);
        await scene.Network.DoAsync(new CreateDeployment(other.Key, scene.New(DeploymentStrategy.Simple) with { Vault = vault.Key, Starts = true }));
        await scene.PassAsync(TimeSpan.Zero);
    }
}
