using System.Globalization;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a new deployment is to be.</summary>
public sealed record NewDeployment
{
    /// <summary>Its address, see <see cref="CreateDeployment.NewAddress"/>.</summary>
    public required DeploymentAddress Address { get; init; }

    public required string Name { get; init; }
    public required string Market { get; init; }
    public required int Replicas { get; init; }
    public required long TimeoutSeconds { get; init; }
    public required DeploymentStrategy Strategy { get; init; }

    /// <summary>The cron expression, where it is SCHEDULED; ignored otherwise.</summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of the expression; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How long before a job's end its replacement is posted; null: the default. Ignored where it is not INFINITE.</summary>
    public long? RotationSeconds { get; init; }

    /// <summary>How long services may take to come online; null: as long as they like.</summary>
    public long? StartupSeconds { get; init; }

    public bool Confidential { get; init; }

    /// <summary>The account that pays; 0: its own.</summary>
    public long Vault { get; init; }

    /// <summary>The API key that creates it, where that has a <see cref="Engine.Budget"/>; 0: none.</summary>
    public long KeyBudget { get; init; }

    public Credits? Budget { get; init; }
    public int? MaxJobs { get; init; }
    public string? IdempotencyKey { get; init; }

    /// <summary>What its first revision runs.</summary>
    public required RevisionContent Content { get; init; }

    /// <summary>Whether it starts at once.</summary>
    public bool Starts { get; init; }
}

/// <summary>Creates a deployment with its first revision. Started at once, the answer says that it is starting, as with <see cref="StartDeployment"/>.</summary>
public sealed record CreateDeployment(long Account, NewDeployment New) : Command<Deployment>
{
    /// <summary>A new address. Official clients take none that is written shorter than most are, so there are none.</summary>
    public static DeploymentAddress NewAddress()
    {
        DeploymentAddress address;
        do
            address = new DeploymentAddress(new Bytes32(RandomNumberGenerator.GetBytes(Bytes32.Length)));
        while (address.ToString().Length < DeploymentLimits.ShortestAddress);
        return address;
    }

    public override Outcome<Deployment> Decide(Draft draft)
    {
        if (New.IdempotencyKey is { } key && draft.Deployment(Account, key) is { } earlier)
            return new Refusal(ErrorCode.DeploymentExists, $"The deployment {earlier.Address} was created under this idempotency key. Use that one, or another key.");
        var refusal = DeploymentRefusals.Replicas(draft, Account, New.Replicas, others: 0)
            ?? DeploymentRefusals.Timeout(New.Strategy, New.TimeoutSeconds)
            ?? DeploymentRefusals.Allowance(New.Budget, New.MaxJobs)
            ?? Rotation()
            ?? DeploymentRefusals.Startup(New.Strategy, New.StartupSeconds ?? 0, New.Content.Exposes);
        if (refusal is not null)
            return refusal;
        if (New.Replicas == 0)
            return new Refusal(ErrorCode.InvalidParameter, "A deployment begins with 1 replica or more. It can be scaled to 0 later.");
        Schedule? schedule = null;
        if (New.Strategy is DeploymentStrategy.Scheduled && !Schedule.TryParse(New.Cron ?? "", New.TimeZone, draft.Now, out schedule, out refusal))
            return refusal;

        var deployment = new Deployment
        {
            Key = draft.Next.Deployments.Deployment,
            Address = New.Address,
            Account = Account,
            Vault = New.Vault == Account ? 0 : New.Vault,
            KeyBudget = New.KeyBudget,
            Name = New.Name,
            Market = New.Market.Trim(),
            Replicas = New.Replicas,
            TimeoutSeconds = New.TimeoutSeconds,
            Strategy = New.Strategy,
            Schedule = schedule,
            RotationSeconds = New.Strategy is DeploymentStrategy.Infinite ? New.RotationSeconds ?? DeploymentLimits.DefaultRotationSeconds : 0,
            StartupSeconds = New.StartupSeconds ?? 0,
            Confidential = New.Confidential,
            CreatedAt = draft.Now,
            UpdatedAt = draft.Now,
            Budget = New.Budget,
            MaxJobs = New.MaxJobs,
            IdempotencyKey = New.IdempotencyKey,
        };
        draft.Put(deployment);
        draft.Put(AddRevision.RevisionOf(draft, deployment.Key, 1, New.Content));
        if (!New.Starts)
            return deployment;
        var plan = new Plan(deployment, [], [], draft.Now);
        Lifecycle.Start(plan);
        plan.Apply(draft);
        return plan.Row with { Status = DeploymentStatus.Starting };
    }

    private Refusal? Rotation()
    {
        if (New.Strategy is not DeploymentStrategy.Infinite)
            return null;
        var rotation = New.RotationSeconds ?? DeploymentLimits.DefaultRotationSeconds;
        return rotation >= 0 && rotation < New.TimeoutSeconds - DeploymentLimits.LeastBeforeRotationSeconds
            ? null
            : new Refusal(ErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture,
                $"A replacement cannot be posted {rotation / 60.0:0.##} minutes before the end of a job that may run for {New.TimeoutSeconds / 60.0:0.##}: it has to be 0 or more, and less than {(New.TimeoutSeconds - DeploymentLimits.LeastBeforeRotationSeconds) / 60.0:0.##}."));
    }
}
