using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Brings deployments that are starting or stopping, with nothing planned that would end that, to where they belong.</summary>
internal sealed record SettleDeployments : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        foreach (var row in draft.UnsettledDeployments())
        {
            var plan = Plan.Of(draft, row);
            Settle(plan);
            plan.Apply(draft);
        }

        return true;
    }

    internal static void Settle(Plan plan)
    {
        if (plan.Row.Status is DeploymentStatus.Starting)
            Lifecycle.Start(plan);
        else if (plan.Row.Status is DeploymentStatus.Stopping && plan.Active.Any() && plan.Tasks.All(static t => t.Kind is not DeploymentTaskKind.Stop))
            plan.Add(DeploymentTaskKind.Stop, plan.Now);
        else
            Lifecycle.StopIfDone(plan);
    }
}
