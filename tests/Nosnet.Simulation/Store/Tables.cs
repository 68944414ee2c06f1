using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>The rows of a network.</summary>
internal sealed class Tables
{
    public Dictionary<long, Account> Accounts { get; } = [];
    public Dictionary<long, ApiKey> ApiKeys { get; } = [];
    public Dictionary<long, Budget> Budgets { get; } = [];
    public Dictionary<long, Market> Markets { get; } = [];
    public Dictionary<long, Node> Nodes { get; } = [];
    public Dictionary<long, Job> Jobs { get; } = [];
    public Dictionary<long, Deployment> Deployments { get; } = [];
    /// <summary>The keys of the jobs that a deployment ever had, and of some that were rolled back.</summary>
    public Dictionary<long, HashSet<long>> JobsOfDeployment { get; } = [];

    public Dictionary<long, DeploymentRevision> Revisions { get; } = [];
    public Dictionary<long, DeploymentTask> Tasks { get; } = [];
    public Dictionary<long, DeploymentEvent> Events { get; } = [];
    public Dictionary<Guid, KeptAnswer> Answers { get; } = [];
    public List<Block> Blocks { get; } = [];

    /// <summary>The newest key that an API key ever had.</summary>
    public long LastApiKey { get; set; }
}
