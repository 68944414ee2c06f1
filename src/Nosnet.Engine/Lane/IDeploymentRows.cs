using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The rows of deployments as they are before a command.</summary>
public interface IDeploymentRows
{
    /// <summary>A deployment, also one that was deleted.</summary>
    Deployment? Row(long key);
    Deployment? Row(DeploymentAddress address);

    /// <summary>The deployment that an account created under an idempotency key.</summary>
    Deployment? Row(long account, string idempotencyKey);

    /// <summary>The deployments that are starting or stopping.</summary>
    IReadOnlyList<Deployment> Unsettled();

    /// <summary>How many replicas an account's deployments have together.</summary>
    long ReplicasOf(long account);

    DeploymentRevision? Revision(long deployment, int number);

    /// <summary>A deployment's tasks, oldest first.</summary>
    IEnumerable<DeploymentTask> TasksOf(long deployment);

    /// <summary>The keys of a deployment's jobs that have not ended, oldest first.</summary>
    IEnumerable<long> JobsOf(long deployment);

    /// <summary>A deployment's jobs that completed, those that ended last first.</summary>
    IReadOnlyList<Job> CompletedOf(long deployment, int limit);
}

/// <summary>The keys that the next new rows of deployments get.</summary>
public readonly record struct DeploymentKeys(long Deployment, long Revision, long Task, long Event);
