using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>Rows of the network's database: their columns in order, how each is read and how it is written.</summary>
internal static class Rows
{
    private const char Separator = '\n';

    public const string AccountColumns =
        "key, address, role, name, created_at, available, reserved, earned, issued, assigned, jobs, last_job, last_entry_height, last_entry_index";

    public const string ApiKeyColumns = "key, hash, account, name, scopes, created_at, expires_at";

    public const string MarketColumns =
        "key, address, slug, name, reward_per_hour, fee_basis_points, max_timeout_seconds, queue_expiry_seconds, gpu_types, required_images, open";

    public const string NodeColumns = "key, address, account, name, registered_at, market, slots, running, waiting_since";

    public const string JobColumns =
        "key, account, market, state, reason, node, wanted_node, epoch, lost_runs, stop_requested, price_per_hour, fee_basis_points, timeout_seconds, reserved, "
        + "settled, posted_at, queued_until, assigned_at, started_at, ended_at, previous_of_account, last_entry_height, last_entry_index, definition, result";

    /// <summary>Writes a row: a new one is inserted, one that is there is replaced in place.</summary>
    public static string Upsert(string table, string columns)
    {
        var names = columns.Split(", ");
        var updates = string.Join(", ", names.Skip(1).Select(n => $"{n} = excluded.{n}"));
        return $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names.Select(_ => "?"))}) ON CONFLICT (key) DO UPDATE SET {updates}";
    }

    public static Account Account(Statement row) => new()
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
    };

    public static void Write(Statement to, Account row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind((long)row.Role).Bind(row.Name).Bind(row.CreatedAt)
        .Bind(row.Available).Bind(row.Reserved).Bind(row.Earned).Bind(row.Issued).Bind(row.Assigned)
        .Bind(row.Jobs).Bind(row.LastJob).Bind(row.LastEntry.Height).Bind(row.LastEntry.Index)
        .Execute();

    public static ApiKey ApiKey(Statement row) => new()
    {
        Key = row.Long(),
        Hash = row.Digest(),
        Account = row.Long(),
        Name = row.Text(),
        Scopes = Texts(row.Text()),
        CreatedAt = row.Time(),
        ExpiresAt = row.TimeOrNull(),
    };

    public static void Write(Statement to, ApiKey row) => to
        .Bind(row.Key).Bind(row.Hash).Bind(row.Account).Bind(row.Name).Bind(Text(row.Scopes)).Bind(row.CreatedAt).Bind(row.ExpiresAt)
        .Execute();

    public static Market Market(Statement row) => new()
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

    public static void Write(Statement to, Market row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind(row.Slug).Bind(row.Name).Bind(row.RewardPerHour).Bind(row.FeeBasisPoints)
        .Bind(row.MaxTimeoutSeconds).Bind(row.QueueExpirySeconds).Bind(Text(row.GpuTypes)).Bind(Text(row.RequiredImages)).Bind(row.Open)
        .Execute();

    public static Node Node(Statement row) => new()
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
    };

    public static void Write(Statement to, Node row) => to
        .Bind(row.Key).Bind(row.Address.Value).Bind(row.Account).Bind(row.Name).Bind(row.RegisteredAt)
        .Bind(row.Market).Bind(row.Slots).Bind(row.Running).Bind(row.WaitingSince)
        .Execute();

    public static Job Job(Statement row) => new()
    {
        Key = row.Long(),
        Account = row.Long(),
        Market = row.Long(),
        State = (JobState)row.Int(),
        Reason = (EndReason?)(int?)row.LongOrNull(),
        Node = row.Long(),
        WantedNode = row.Long(),
        Epoch = row.Int(),
        LostRuns = row.Int(),
        StopRequested = row.Bool(),
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
    };

    public static void Write(Statement to, Job row) => to
        .Bind(row.Key).Bind(row.Account).Bind(row.Market).Bind((long)row.State).Bind((long?)row.Reason)
        .Bind(row.Node).Bind(row.WantedNode).Bind(row.Epoch).Bind(row.LostRuns).Bind(row.StopRequested)
        .Bind(row.PricePerHour).Bind(row.FeeBasisPoints).Bind(row.TimeoutSeconds).Bind(row.Reserved).Bind(row.Settled)
        .Bind(row.PostedAt).Bind(row.QueuedUntil).Bind(row.AssignedAt).Bind(row.StartedAt).Bind(row.EndedAt)
        .Bind(row.PreviousOfAccount).Bind(row.LastEntry.Height).Bind(row.LastEntry.Index).Bind(row.Definition.Digest).Bind(row.Result?.Digest)
        .Execute();

    private static string Text(IReadOnlyList<string> texts) => string.Join(Separator, texts);

    private static string[] Texts(string text) => text.Split(Separator, StringSplitOptions.RemoveEmptyEntries);
}
