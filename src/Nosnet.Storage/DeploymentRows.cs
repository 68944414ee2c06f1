using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>Rows of deployments, the same in both stores.</summary>
internal static class DeploymentRows
{
    public const string DeploymentColumns =
        "key, address, id, account, vault, key_budget, name, market, replicas, timeout_seconds, strategy, cron, time_zone, rotation_seconds, startup_seconds, confidential, active_revision, last_revision, "
        + "status, rapid_streak, next_retry_at, created_at, updated_at, budget, max_jobs, spent, jobs_listed, idempotency_key, deleted";

    public const string RevisionColumns = "key, deployment, number, definition, sealed, requirements, exposes, created_at";

    public const string TaskColumns = "key, deployment, kind, due_at, created_at, job, most, revision, extend_seconds, retries";

    public const string EventColumns = "key, deployment, category, type, message, tx, at";

    public static Deployment Deployment(IRowReader row)
    {
        var key = row.Long();
        var address = new DeploymentAddress(row.Digest());
        _ = row.Text();
        return new Deployment
        {
            Key = key,
            Address = address,
            Account = row.Long(),
            Vault = row.Long(),
            KeyBudget = row.Long(),
            Name = row.Text(),
            Market = row.Text(),
            Replicas = row.Int(),
            TimeoutSeconds = row.Long(),
            Strategy = (DeploymentStrategy)row.Int(),
            Schedule = (row.TextOrNull(), row.TextOrNull()) is ({ } cron, var timeZone) ? new Schedule(cron, timeZone) : null,
            RotationSeconds = row.Long(),
            StartupSeconds = row.Long(),
            Confidential = row.Bool(),
            ActiveRevision = row.Int(),
            LastRevision = row.Int(),
            Status = (DeploymentStatus)row.Int(),
            RapidStreak = row.Int(),
            NextRetryAt = row.TimeOrNull(),
            CreatedAt = row.Time(),
            UpdatedAt = row.Time(),
            Budget = row.LongOrNull() is { } budget ? new Credits(budget) : null,
            MaxJobs = (int?)row.LongOrNull(),
            Spent = row.Credits(),
            JobsListed = row.Long(),
            IdempotencyKey = row.TextOrNull(),
            Deleted = row.Bool(),
        };
    }

    /// <summary>The address is written as text too, so that lists can be searched for a part of it.</summary>
    public static void Write(IRowWriter to, Deployment row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind(row.Address.ToString()).Bind(row.Account).Bind(row.Vault).Bind(row.KeyBudget).Bind(row.Name).Bind(row.Market)
        .Bind(row.Replicas).Bind(row.TimeoutSeconds).Bind((long)row.Strategy).Bind(row.Schedule?.Cron).Bind(row.Schedule?.TimeZone)
        .Bind(row.RotationSeconds).Bind(row.StartupSeconds).Bind(row.Confidential).Bind(row.ActiveRevision).Bind(row.LastRevision)
        .Bind((long)row.Status).Bind(row.RapidStreak).Bind(row.NextRetryAt).Bind(row.CreatedAt).Bind(row.UpdatedAt)
        .Bind(row.Budget?.Nano).Bind((long?)row.MaxJobs).Bind(row.Spent).Bind(row.JobsListed).Bind(row.IdempotencyKey).Bind(row.Deleted)
        .Execute();

    public static DeploymentRevision Revision(IRowReader row) => new()
    {
        Key = row.Long(),
        Deployment = row.Long(),
        Number = row.Int(),
        Definition = new Cid(row.Digest()),
        Sealed = row.TextOrNull(),
        Requirements = Rows.Requirements(row),
        Exposes = row.Bool(),
        CreatedAt = row.Time(),
    };

    public static void Write(IRowWriter to, DeploymentRevision row) => to
        .Bind(row.Key).Bind(row.Deployment).Bind(row.Number).Bind(row.Definition.Digest).Bind(row.Sealed).Bind(Rows.Text(row.Requirements)).Bind(row.Exposes).Bind(row.CreatedAt)
        .Execute();

    public static DeploymentTask Task(IRowReader row) => new()
    {
        Key = row.Long(),
        Deployment = row.Long(),
        Kind = (DeploymentTaskKind)row.Int(),
        DueAt = row.Time(),
        CreatedAt = row.Time(),
        Job = row.Long(),
        Limit = (int?)row.LongOrNull(),
        Revision = row.Int(),
        ExtendSeconds = row.LongOrNull(),
        Retries = row.Int(),
    };

    public static void Write(IRowWriter to, DeploymentTask row) => to
        .Bind(row.Key).Bind(row.Deployment).Bind((long)row.Kind).Bind(row.DueAt).Bind(row.CreatedAt).Bind(row.Job)
        .Bind((long?)row.Limit).Bind(row.Revision).Bind(row.ExtendSeconds).Bind(row.Retries)
        .Execute();

    public static DeploymentEvent Event(IRowReader row) => new()
    {
        Key = row.Long(),
        Deployment = row.Long(),
        Category = row.Text(),
        Type = row.Text(),
        Message = row.Text(),
        Tx = Tx.TryParse(row.TextOrNull(), out var tx) ? tx : null,
        At = row.Time(),
    };

    public static void Write(IRowWriter to, DeploymentEvent row) => to
        .Bind(row.Key).Bind(row.Deployment).Bind(row.Category).Bind(row.Type).Bind(row.Message).Bind(row.Tx?.ToString()).Bind(row.At)
        .Execute();
}
