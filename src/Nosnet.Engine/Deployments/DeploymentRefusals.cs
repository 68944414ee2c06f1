using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What is refused of a deployment: each gives null where there is nothing to refuse.</summary>
internal static class DeploymentRefusals
{
    public static Refusal Unknown(DeploymentAddress deployment) =>
        new(ErrorCode.DeploymentNotFound, $"There is no deployment {deployment} on your account. GET /api/deployments lists yours.");

    /// <summary>Its jobs count in the budget of the key that created it, so a key with another budget would spend past its own.</summary>
    public static Refusal? OtherBudget(Caller caller, Deployment deployment) => caller.Budget != 0 && caller.Budget != deployment.KeyBudget
        ? new Refusal(ErrorCode.CapReached, $"An API key with a budget of its own starts and changes only deployments that count in it, and deployment {deployment.Address} does not. Use the key that created it, or one without caps; or duplicate it, and the copy counts.")
        : null;

    /// <summary>Its state is not one of those in which this can be done.</summary>
    public static Refusal State(Deployment deployment, string done, params ReadOnlySpan<DeploymentStatus> allowed) => new(ErrorCode.DeploymentState,
        $"Deployment {deployment.Address} is {Word(deployment.Status)}, so it cannot be {done}: only one that is {Words(allowed)} can.");

    public static Refusal? Archived(Deployment deployment) => deployment.Status is DeploymentStatus.Archived
        ? new Refusal(ErrorCode.DeploymentState, $"Deployment {deployment.Address} is archived, so nothing but its name can be changed. Duplicate it to go on with a new one.")
        : null;

    /// <param name="draft">The draft.</param>
    /// <param name="account">The account.</param>
    /// <param name="replicas">The replicas that a deployment is to have.</param>
    /// <param name="others">Those that it has now, which the account's sum counts.</param>
    public static Refusal? Replicas(Draft draft, long account, int replicas, int others)
    {
        if (replicas < 0)
            return new Refusal(ErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"A deployment has 0 replicas or more, not {replicas}."));
        var left = replicas <= others ? replicas : DeploymentLimits.MostReplicas - (draft.ReplicasOf(account) - others);
        return replicas <= left
            ? null
            : new Refusal(ErrorCode.TooManyReplicas, string.Create(CultureInfo.InvariantCulture,
                $"{replicas} replicas are too many: the deployments of an account have at most {DeploymentLimits.MostReplicas} together, which leaves {Math.Max(0, left)} for this one. Use fewer, or archive deployments that are stopped."));
    }

    public static Refusal? Revisions(Deployment deployment) => deployment.LastRevision < DeploymentLimits.MostRevisions
        ? null
        : new Refusal(ErrorCode.TooManyRevisions, string.Create(CultureInfo.InvariantCulture,
            $"Deployment {deployment.Address} has {deployment.LastRevision} revisions, and no deployment may have more than {DeploymentLimits.MostRevisions}. Activate one of them, or duplicate it to go on with a new one."));

    public static Refusal? Timeout(DeploymentStrategy strategy, long seconds)
    {
        var least = strategy is DeploymentStrategy.Infinite ? DeploymentLimits.LeastInfiniteTimeoutSeconds : DeploymentLimits.LeastTimeoutSeconds;
        return seconds >= least
            ? null
            : new Refusal(ErrorCode.InvalidTimeout, string.Create(CultureInfo.InvariantCulture, $"A timeout of {seconds / 60.0:0.##} minutes is too short: it has to be {least / 60} or more."));
    }

    public static Refusal? Startup(DeploymentStrategy strategy, long seconds, bool exposes) =>
        seconds == 0 ? null
        : strategy is not DeploymentStrategy.Infinite ? new Refusal(ErrorCode.InvalidParameter, "Only jobs of an INFINITE deployment are replaced where their services do not come online: leave out 'startup_timeout'.")
        : !exposes ? new Refusal(ErrorCode.InvalidParameter, "The job definition exposes no port, so there is nothing that could come online in time: leave out 'startup_timeout', or expose a port.")
        : seconds < DeploymentLimits.LeastStartupSeconds ? new Refusal(ErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture,
            $"Services cannot be given {seconds} seconds to come online: it has to be {DeploymentLimits.LeastStartupSeconds} or more."))
        : null;

    public static Refusal? Allowance(Credits? budget, int? maxJobs) =>
        budget < Credits.Zero ? new Refusal(ErrorCode.InvalidParameter, "A budget is 0 credits or more.")
        : maxJobs < 0 ? new Refusal(ErrorCode.InvalidParameter, "A maximum of jobs is 0 or more.")
        : null;

    private static string Words(ReadOnlySpan<DeploymentStatus> statuses)
    {
        var words = new List<string>();
        foreach (var status in statuses)
            words.Add(Word(status));
        return string.Join(" or ", words);
    }

    private static string Word(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Draft => "a draft",
        DeploymentStatus.Error => "in error",
        DeploymentStatus.InsufficientFunds => "out of funds",
        _ => status.ToString().ToLowerInvariant(),
    };
}
