using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Which of the account's jobs to list; all unless told.</summary>
public sealed record JobFilter
{
    /// <summary>Only jobs in one of these states.</summary>
    public IReadOnlyList<JobStatus> Statuses { get; init; } = [];

    /// <summary>Only jobs of this market.</summary>
    public MarketId? Market { get; init; }

    /// <summary>For the operator of a Nosnet network: the jobs of this account.</summary>
    public AccountAddress? Account { get; init; }

    /// <summary>How many are fetched at once; the network chooses unless told.</summary>
    public int? PageSize { get; init; }

    internal string? States => Statuses.Count == 0 ? null : string.Join(',', Statuses.Select(Word));

    private static string Word(JobStatus status) => JsonSerializer.SerializeToElement(status, WireJson.Writing.JobStatus).GetString()!;
}
