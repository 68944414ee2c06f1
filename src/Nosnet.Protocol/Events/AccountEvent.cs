namespace Nosnet.Protocol;

/// <summary>Something that happened to an account or its jobs: an entry of the network's chain, as <c>GET /api/events</c> and webhooks tell it.</summary>
public sealed record AccountEvent
{
    /// <summary>Where it stands in the chain: pass it as <c>after</c> or <c>Last-Event-ID</c> to go on behind it.</summary>
    public required string Id { get; init; }

    /// <summary>What happened, such as <c>job.ended</c>; see <see cref="AccountEvents"/>. A later version may add to them.</summary>
    public required string Type { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The id of the change; its receipt proves it.</summary>
    public required string Tx { get; init; }

    /// <summary>The account it is told to.</summary>
    public required AccountAddress Account { get; init; }

    /// <summary>The job it concerns.</summary>
    public JobAddress? Job { get; init; }

    /// <summary>The node it concerns.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The number of the run it concerns.</summary>
    public int? Epoch { get; init; }

    /// <summary>How the job ended, with <c>job.ended</c>.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Why it ended, with <c>job.ended</c>.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>The CID of its result, with <c>job.ended</c>.</summary>
    public Cid? Result { get; init; }

    /// <summary>The id of the API key it concerns.</summary>
    public string? ApiKey { get; init; }

    /// <summary>What was granted, held, settled or earned, in USD; what is left, with <c>balance.low</c>.</summary>
    public Credits? AmountUsd { get; init; }

    /// <summary>By how much what the account can spend changed, in USD.</summary>
    public Credits? AvailableChangeUsd { get; init; }
}

/// <summary>The events of <c>GET /api/events</c> (server-sent), by their <c>event:</c> names, and the types of <see cref="AccountEvent"/>.</summary>
public static class AccountEvents
{
    /// <summary>Data: <see cref="StreamStart"/>. Sent first, with the place behind which the stream goes on as its id.</summary>
    public const string Open = "open";

    /// <summary>Data: <see cref="AccountEvent"/>, with its id.</summary>
    public const string Event = "event";

    /// <summary>What to pass as <c>after</c> for everything from the account's first event on.</summary>
    public const string First = "0";

    /// <summary>A job was posted, and its price held.</summary>
    public const string JobPosted = "job.posted";

    /// <summary>A job's containers start: from here on it costs.</summary>
    public const string JobStarted = "job.started";

    /// <summary>A job ended, and was settled.</summary>
    public const string JobEnded = "job.ended";

    /// <summary>What can be spent has fallen below what the account wants to be told of.</summary>
    public const string BalanceLow = "balance.low";

    /// <summary>A node of the account earned by a job.</summary>
    public const string CreditsEarned = "credits.earned";

    /// <summary>The type under which an entry is told.</summary>
    public static string TypeOf(EntryKind kind) => kind switch
    {
        EntryKind.AccountCreated => "account.created",
        EntryKind.CreditsGranted => "credits.granted",
        EntryKind.JobPosted => JobPosted,
        EntryKind.JobAssigned => "job.assigned",
        EntryKind.RunStarted => JobStarted,
        EntryKind.JobExtended => "job.extended",
        EntryKind.StopRequested => "job.stop_requested",
        EntryKind.RunLost => "job.run_lost",
        EntryKind.JobEnded => JobEnded,
        EntryKind.NodeRegistered => "node.registered",
        EntryKind.ApiKeyCreated => "api_key.created",
        EntryKind.ApiKeyDeleted => "api_key.deleted",
        EntryKind.LimitsChanged => "limits.changed",
        EntryKind.BalanceLow => BalanceLow,
        _ => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()).Replace('_', '.'),
    };
}

/// <summary>What a stream of events begins with.</summary>
/// <param name="Id">The place behind which it goes on.</param>
public sealed record StreamStart(string Id);

/// <summary><c>PUT /api/credits/low-balance</c>: below which balance the account is told so, by <c>balance.low</c>.</summary>
/// <param name="BelowUsd">The balance, in USD; null: it is told of none.</param>
public sealed record LowBalanceRequest(Credits? BelowUsd = null);
