using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>Rows of the network's database, the same in both stores: their columns in order, how each is read and how it is written.</summary>
internal static class Rows
{
    private const char Separator = '\n';

    public const string AccountColumns =
        "key, address, role, name, created_at, available, reserved, earned, issued, assigned, jobs, last_job, last_entry_height, last_entry_index, "
        + "cap_reserved, cap_day, cap_job, spent_day, spent, low_balance, owner";

    public const string ApiKeyColumns = "key, hash, account, name, scopes, created_at, expires_at, has_budget";

    public const string BudgetColumns = "key, cap_reserved, cap_day, cap_job, reserved, spent_day, spent";

    public const string MarketColumns =
        "key, address, slug, name, reward_per_hour, fee_basis_points, max_timeout_seconds, queue_expiry_seconds, gpu_types, required_images, open";

    public const string NodeColumns = "key, address, account, name, registered_at, market, slots, running, waiting_since, hardware, policy, drain";

    public const string JobColumns =
        "key, account, market, state, reason, node, wanted_node, avoided_node, requirements, epoch, lost_runs, stop_requested_at, price_per_hour, fee_basis_points, timeout_seconds, reserved, "
        + "settled, posted_at, queued_until, assigned_at, started_at, ended_at, previous_of_account, last_entry_height, last_entry_index, definition, result, budget, deployment, revision, ready_at, vault";

    public const string BlockColumns = "height, previous, root, at, signature, entries";

    public const string AnswerColumns = "id, request, at, status, body";

    public static Account Account(IRowReader row) => new()
    {
        Key = row.Long(),
        Address = new AccountAddress(row.Digest()),
        Role = (AccountRole)row.Long(),
        Name = row.Text(),
        CreatedAt = row.Time(),
        Available = row.Credits(),
        Reserved = row.Credits(),
        Earned = row.Credits(),
        Issued = row.Credits(),
        Assigned = row.Credits(),
        Jobs = row.Long(),
        LastJob = row.Long(),
        LastEntry = new EntryPlace(row.Long(), row.Int()),
        Caps = Caps(row),
        Spent = new DaySum(row.Int(), row.Credits()),
        LowBalance = Amount(row.LongOrNull()),
        Owner = row.Long(),
    };

    public static void Write(IRowWriter to, Account row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind((long)row.Role).Bind(row.Name).Bind(row.CreatedAt)
        .Bind(row.Available).Bind(row.Reserved).Bind(row.Earned).Bind(row.Issued).Bind(row.Assigned)
        .Bind(row.Jobs).Bind(row.LastJob).Bind(row.LastEntry.Height).Bind(row.LastEntry.Index)
        .Bind(row.Caps.MaxReservedUsd?.Nano).Bind(row.Caps.MaxPerDayUsd?.Nano).Bind(row.Caps.MaxPerJobUsd?.Nano).Bind(row.Spent.Day).Bind(row.Spent.Amount)
        .Bind(row.LowBalance?.Nano)
        .Bind(row.Owner)
        .Execute();

    public static ApiKey ApiKey(IRowReader row) => new()
    {
        Key = row.Long(),
        Hash = row.Digest(),
        Account = row.Long(),
        Name = row.Text(),
        Scopes = Texts(row.Text()),
        CreatedAt = row.Time(),
        ExpiresAt = row.TimeOrNull(),
        HasBudget = row.Bool(),
    };

    public static void Write(IRowWriter to, ApiKey row) => to
        .Bind(row.Key).Bind(row.Hash).Bind(row.Account).Bind(row.Name).Bind(Text(row.Scopes)).Bind(row.CreatedAt).Bind(row.ExpiresAt).Bind(row.HasBudget)
        .Execute();

    public static Budget Budget(IRowReader row) => new()
    {
        Key = row.Long(),
        Caps = Caps(row),
        Reserved = row.Credits(),
        Spent = new DaySum(row.Int(), row.Credits()),
    };

    public static void Write(IRowWriter to, Budget row) => to
        .Bind(row.Key).Bind(row.Caps.MaxReservedUsd?.Nano).Bind(row.Caps.MaxPerDayUsd?.Nano).Bind(row.Caps.MaxPerJobUsd?.Nano)
        .Bind(row.Reserved).Bind(row.Spent.Day).Bind(row.Spent.Amount)
        .Execute();

    public static Market Market(IRowReader row) => new()
    {
        Key = row.Long(),
        Address = new MarketAddress(row.Digest()),
        Slug = row.Text(),
        Name = row.Text(),
        RewardPerHour = row.Credits(),
        FeeBasisPoints = row.Int(),
        MaxTimeoutSeconds = row.Long(),
        QueueExpirySeconds = row.Long(),
        GpuTypes = Texts(row.Text()),
        RequiredImages = Texts(row.Text()),
        Open = row.Bool(),
    };

    public static void Write(IRowWriter to, Market row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind(row.Slug).Bind(row.Name).Bind(row.RewardPerHour).Bind(row.FeeBasisPoints)
        .Bind(row.MaxTimeoutSeconds).Bind(row.QueueExpirySeconds).Bind(Text(row.GpuTypes)).Bind(Text(row.RequiredImages)).Bind(row.Open)
        .Execute();

    public static Node Node(IRowReader row) => new()
    {
        Key = row.Long(),
        Address = new NodeAddress(row.Digest()),
        Account = row.Long(),
        Name = row.Text(),
        RegisteredAt = row.Time(),
        Market = row.Long(),
        Slots = row.Int(),
        Running = row.Int(),
        WaitingSince = row.Time(),
        Hardware = row.TextOrNull() is { } hardware ? JsonSerializer.Deserialize(hardware, ProtocolJson.Default.NodeHardware) : null,
        Policy = row.TextOrNull(),
        Drain = (Drain)row.Int(),
    };

    public static void Write(IRowWriter to, Node row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind(row.Account).Bind(row.Name).Bind(row.RegisteredAt)
        .Bind(row.Market).Bind(row.Slots).Bind(row.Running).Bind(row.WaitingSince)
        .Bind(row.Hardware is null ? null : JsonSerializer.Serialize(row.Hardware, ProtocolJson.Default.NodeHardware)).Bind(row.Policy).Bind((long)row.Drain)
        .Execute();

    public static Job Job(IRowReader row) => new()
    {
        Key = row.Long(),
        Account = row.Long(),
        Market = row.Long(),
        State = (JobState)row.Int(),
        Reason = (EndReason?)(int?)row.LongOrNull(),
        Node = row.Long(),
        WantedNode = row.Long(),
        AvoidedNode = row.Long(),
        Requirements = Requirements(row),
        Epoch = row.Int(),
        LostRuns = row.Int(),
        StopRequestedAt = row.TimeOrNull(),
        PricePerHour = row.Credits(),
        FeeBasisPoints = row.Int(),
        TimeoutSeconds = row.Long(),
        Reserved = row.Credits(),
        Settled = row.Credits(),
        PostedAt = row.Time(),
        QueuedUntil = row.Time(),
        AssignedAt = row.TimeOrNull(),
        StartedAt = row.TimeOrNull(),
        EndedAt = row.TimeOrNull(),
        PreviousOfAccount = row.Long(),
        LastEntry = new EntryPlace(row.Long(), row.Int()),
        Definition = new Cid(row.Digest()),
        Result = row.DigestOrNull() is { } result ? new Cid(result) : null,
        Budget = row.Long(),
        Deployment = row.Long(),
        Revision = row.Int(),
        ReadyAt = row.TimeOrNull(),
        Vault = row.Long(),
    };

    public static void Write(IRowWriter to, Job row) => to
        .Bind(row.Key).Bind(row.Account).Bind(row.Market).Bind((long)row.State).Bind((long?)row.Reason)
        .Bind(row.Node).Bind(row.WantedNode).Bind(row.AvoidedNode)
        .Bind(Text(row.Requirements))
        .Bind(row.Epoch).Bind(row.LostRuns).Bind(row.StopRequestedAt)
        .Bind(row.PricePerHour).Bind(row.FeeBasisPoints).Bind(row.TimeoutSeconds).Bind(row.Reserved).Bind(row.Settled)
        .Bind(row.PostedAt).Bind(row.QueuedUntil).Bind(row.AssignedAt).Bind(row.StartedAt).Bind(row.EndedAt)
        .Bind(row.PreviousOfAccount).Bind(row.LastEntry.Height).Bind(row.LastEntry.Index).Bind(row.Definition.Digest).Bind(row.Result?.Digest)
        .Bind(row.Budget).Bind(row.Deployment).Bind(row.Revision).Bind(row.ReadyAt).Bind(row.Vault)
        .Execute();

    public static WaitingJob Waiting(IRowReader row) => new(row.Long(), row.Time());

    public static JobRequirements? Requirements(IRowReader row) =>
        row.TextOrNull() is { } text ? JsonSerializer.Deserialize(text, ProtocolJson.Default.JobRequirements) : null;

    public static string? Text(JobRequirements? requirements) =>
        requirements is null ? null : JsonSerializer.Serialize(requirements, ProtocolJson.Default.JobRequirements);

    public static Block Block(IRowReader row) => new()
    {
        Height = row.Long(),
        Previous = row.Digest(),
        Root = row.Digest(),
        At = row.Time(),
        Signature = row.Blob(),
        Entries = row.Blob(),
    };

    public static void Write(IRowWriter to, Block row) => to
        .Bind(row.Height).Bind(row.Previous).Bind(row.Root).Bind(row.At).Bind(row.Signature).Bind(row.Entries)
        .Execute();

    public static KeptAnswer Answer(IRowReader row) => new()
    {
        Id = row.Guid(),
        Request = row.Digest(),
        At = row.Time(),
        Status = row.Int(),
        Body = row.Blob(),
    };

    public static void Write(IRowWriter to, KeptAnswer row) =>
        to.Bind(row.Id).Bind(row.Request).Bind(row.At).Bind(row.Status).Bind(row.Body).Execute();

    // Most rows have none, and share the one that says so.
    private static SpendingCaps Caps(IRowReader row) => (row.LongOrNull(), row.LongOrNull(), row.LongOrNull()) switch
    {
        (null, null, null) => SpendingCaps.None,
        var (reserved, day, job) => new SpendingCaps { MaxReservedUsd = Amount(reserved), MaxPerDayUsd = Amount(day), MaxPerJobUsd = Amount(job) },
    };

    private static Credits? Amount(long? nano) => nano is { } amount ? new Credits(amount) : null;

    private static string Text(IReadOnlyList<string> texts) => string.Join(Separator, texts);

    private static string[] Texts(string text) => text.Split(Separator, StringSplitOptions.RemoveEmptyEntries);
}
