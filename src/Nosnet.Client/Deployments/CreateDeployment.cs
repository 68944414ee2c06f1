using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A deployment to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Market">The market of its jobs, by address or short name.</param>
/// <param name="Definition">What its jobs run.</param>
public sealed record CreateDeployment(string Name, MarketId Market, JobDefinition Definition)
{
    /// <summary>How it keeps its jobs.</summary>
    public DeploymentStrategy Strategy { get; init; } = DeploymentStrategy.Simple;

    /// <summary>How many jobs.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The timeout of each job: a minute or more, and for INFINITE an hour or more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For SCHEDULED: a cron schedule of five fields, such as <c>0 6 * * MON-FRI</c>.</summary>
    public string? Schedule { get; init; }

    /// <summary>The schedule's time zone by its IANA name; UTC unless told. Nosnet networks only.</summary>
    public string? TimeZone { get; init; }

    /// <summary>For INFINITE: how long before a job's time is up its replacement is posted; 20 minutes unless told.</summary>
    public TimeSpan? RotationTime { get; init; }

    /// <summary>For INFINITE with exposed ports: how long a job may take until they answer.</summary>
    public TimeSpan? StartupTimeout { get; init; }

    /// <summary>Whether definitions and results never go to IPFS.</summary>
    public bool Confidential { get; init; }

    /// <summary>Whether to start it at once.</summary>
    public bool Autostart { get; init; }

    /// <summary>The vault that pays; the account's own balance unless told.</summary>
    public AccountAddress? Vault { get; init; }

    /// <summary>Whether to make a vault for it.</summary>
    public bool NewVault { get; init; }

    /// <summary>The most that its jobs may cost in all. Nosnet networks only.</summary>
    public Credits? Budget { get; init; }

    /// <summary>The most jobs that it may post in all. Nosnet networks only.</summary>
    public int? MaxJobs { get; init; }

    internal CreateDeploymentRequest ToRequest() => new()
    {
        Name = Name,
        Market = Market.ToString(),
        Replicas = Replicas,
        Timeout = Minutes(Timeout),
        Strategy = Word(Strategy),
        JobDefinition = JsonElement.Parse(Definition.ToUtf8Bytes()),
        Schedule = Schedule,
        TimeZone = TimeZone,
        RotationTime = RotationTime is { } rotation ? Minutes(rotation) : null,
        StartupTimeout = StartupTimeout is { } startup ? Minutes(startup) : null,
        Confidential = Confidential,
        Autostart = Autostart,
        Vault = Vault?.ToString(),
        NewVault = NewVault ? true : null,
        Budget = Budget,
        MaxJobs = MaxJobs,
    };

    /// <summary>Minutes, which is what deployments count in.</summary>
    internal static decimal Minutes(TimeSpan duration) => (decimal)duration.Ticks / TimeSpan.TicksPerMinute;

    private static string Word(DeploymentStrategy strategy) => JsonSerializer.SerializeToElement(strategy, WireJson.Writing.DeploymentStrategy).GetString()!;
}
