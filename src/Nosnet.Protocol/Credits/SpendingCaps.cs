using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The most that the jobs of an account, or those posted with an API key, may hold and spend, in USD. Null: no such cap.</summary>
public sealed record SpendingCaps
{
    /// <summary>No caps.</summary>
    public static readonly SpendingCaps None = new();

    /// <summary>The most that is held at once for jobs that have not ended, by the vaults of an account as well.</summary>
    public Credits? MaxReservedUsd { get; init; }

    /// <summary>The most of one day, from midnight to midnight UTC: what is held for the jobs posted in it, and once they have ended what they cost.</summary>
    public Credits? MaxPerDayUsd { get; init; }

    /// <summary>The most that is held for one job, its extensions included.</summary>
    public Credits? MaxPerJobUsd { get; init; }

    /// <summary>Whether there is no cap at all.</summary>
    [JsonIgnore]
    public bool IsEmpty => this == None;
}

/// <summary><c>GET /api/credits/limits</c>: the caps of an account and what counts against them, in USD.</summary>
public sealed record LimitsView
{
    /// <summary>The account.</summary>
    public required AccountAddress Account { get; init; }

    /// <summary>Its caps, as the operator set them.</summary>
    public required SpendingCaps Caps { get; init; }

    /// <summary>What is held now for jobs that have not ended, by its vaults as well.</summary>
    public required Credits ReservedUsd { get; init; }

    /// <summary>What counts as spent today.</summary>
    public required Credits SpentTodayUsd { get; init; }

    /// <summary>When the next day begins.</summary>
    public required DateTimeOffset DayEndsAt { get; init; }

    /// <summary>Below which balance the account is told so; null: it is told of none.</summary>
    public Credits? LowBalanceUsd { get; init; }

    /// <summary>The same of the calling API key; null where it never had a cap.</summary>
    public KeyLimitsView? Key { get; init; }
}

/// <summary>The caps of an API key and what counts against them, in USD.</summary>
/// <param name="Caps">Its caps.</param>
/// <param name="ReservedUsd">What is held now for the jobs that were posted with it.</param>
/// <param name="SpentTodayUsd">What counts as spent today.</param>
public sealed record KeyLimitsView(SpendingCaps Caps, Credits ReservedUsd, Credits SpentTodayUsd);

/// <summary><c>PUT /api/credits/limits</c>, for the operator: gives an account these caps and no others.</summary>
/// <param name="Caps">The caps; those that are left out are none.</param>
/// <param name="Account">The account's address; the caller's own unless told.</param>
public sealed record LimitsRequest(SpendingCaps Caps, string? Account = null);
