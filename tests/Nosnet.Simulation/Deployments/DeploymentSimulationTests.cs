namespace Nosnet.Simulation;

/// <summary>Many deployments on a server that is killed again and again.</summary>
public sealed class DeploymentSimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_deployment_has_exactly_its_replicas_whenever_it_is_quiet()
    {
        using var life = new DeploymentLife(seed: 1, deployments: 1_000);

        life.Live(stretches: 2);

        output.WriteLine($"{life.Jobs} jobs, {life.Active} of them active at the end; the server was killed {life.Kills} times.");
        life.Kills.ShouldBeGreaterThan(10);
        life.Jobs.ShouldBeGreaterThan(5_000);
    }
}
