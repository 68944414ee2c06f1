using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// What an API key may hold and spend, and what the jobs do that were posted with it since it had its first cap. Keys that never had one have
/// no budget, so that posting with them costs nothing more.
/// </summary>
public sealed record Budget
{
    /// <summary>The number of the API key.</summary>
    public required long Key { get; init; }

    public required SpendingCaps Caps { get; init; }
    public Credits Reserved { get; init; }
    public DaySum Spent { get; init; }

    public Budget Held(Credits amount, DateTimeOffset now) => this with { Reserved = Reserved + amount, Spent = Spent.Held(amount, now) };

    /// <summary>After a job has ended.</summary>
    /// <param name="job">The job as it was before.</param>
    /// <param name="cost">What it cost of what was held.</param>
    /// <param name="now">When.</param>
    public Budget Settled(Job job, Credits cost, DateTimeOffset now) =>
        this with { Reserved = Reserved - job.Reserved, Spent = Spent.GivenBack(job.Reserved - cost, job.PostedAt, now) };
}
