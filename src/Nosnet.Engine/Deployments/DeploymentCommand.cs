using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Something that the owner of a deployment wants of it. The answer is the deployment as it stands then.</summary>
public abstract record DeploymentCommand(Caller Caller, DeploymentAddress Deployment) : Command<Deployment>
{
    public sealed override Outcome<Deployment> Decide(Draft draft)
    {
        if (draft.Deployment(Deployment) is not { Deleted: false } row || !Caller.MaySee(row))
            return DeploymentRefusals.Unknown(Deployment);
        if (MaySpend && DeploymentRefusals.OtherBudget(Caller, row) is { } other)
            return other;
        if (Refuse(draft, row) is { } refusal)
            return refusal;
        var plan = Plan.Of(draft, row);
        Change(draft, plan);
        if (plan.Row == row && plan.Tasks.SequenceEqual(draft.TasksOf(row.Key)))
            return row;
        plan.Row = plan.Row with { UpdatedAt = draft.Now };
        plan.Apply(draft);
        return Answer(plan.Row);
    }

    /// <summary>Whether jobs may be posted or run longer because of it. It is so unless told, so that none is forgotten that spends.</summary>
    private protected virtual bool MaySpend => true;

    /// <summary>Why it is refused; null where it is not.</summary>
    private protected virtual Refusal? Refuse(Draft draft, Deployment row) => DeploymentRefusals.Archived(row);

    private protected abstract void Change(Draft draft, Plan plan);

    private protected virtual Deployment Answer(Deployment row) => row;
}
