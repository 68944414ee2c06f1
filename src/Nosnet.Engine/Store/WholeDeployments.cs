namespace Nosnet.Engine;

/// <summary>Deployments with all that their tasks are done by.</summary>
/// <param name="Rows">The deployments.</param>
/// <param name="Revisions">Their active revisions.</param>
/// <param name="Tasks">Their tasks.</param>
/// <param name="Jobs">Their jobs that have not ended.</param>
/// <param name="Accounts">The accounts that they belong to and those that pay for them.</param>
public sealed record WholeDeployments(
    IReadOnlyList<Deployment> Rows, IReadOnlyList<DeploymentRevision> Revisions, IReadOnlyList<DeploymentTask> Tasks, IReadOnlyList<Job> Jobs, IReadOnlyList<Account> Accounts)
{
    /// <summary>Reads them from a store that costs no trip.</summary>
    public static WholeDeployments OneByOne(ILaneStore store, IReadOnlyCollection<long> keys)
    {
        List<Deployment> rows = [.. keys.Select(store.ReadDeployment).OfType<Deployment>()];
        return new(
            rows,
            [.. rows.Select(d => store.ReadRevision(d.Key, d.ActiveRevision)).OfType<DeploymentRevision>()],
            [.. rows.SelectMany(d => store.ReadTasks(d.Key))],
            [.. rows.SelectMany(d => store.ReadActiveJobs(d.Key))],
            [.. rows.SelectMany(d => (long[])[d.Account, d.Payer]).Distinct().Select(store.ReadAccount).OfType<Account>()]);
    }
}
