using System.Text;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What a request to create a deployment asks for, read and looked up.</summary>
internal static class DeploymentWish
{
    public const int LongestName = 200;
    private const int LongestMarket = 100;

    public static async ValueTask<Outcome<NewDeployment>> ReadAsync(
        CreateDeploymentRequest request, long account, Revisions revisions, DeploymentMarkets markets, Vaults vaults, CancellationToken cancellation)
    {
        if ((Missing(request) ?? Name(request.Name!, least: 0) ?? Market(request.Market!) ?? Schedule(request)) is { } refusal)
            return refusal;
        if (!TryStrategy(request.Strategy!, out var strategy))
            return new Refusal(ErrorCode.InvalidParameter, $"'strategy' is SIMPLE, SIMPLE-EXTEND, SCHEDULED or INFINITE, not '{PathValues.Shown(request.Strategy!)}'.");
        var replicas = DeploymentNumbers.Count(request.Replicas!.Value, "replicas", least: 1);
        var timeout = DeploymentNumbers.Seconds(request.Timeout!.Value, "timeout");
        var rotation = DeploymentNumbers.Seconds(Math.Max(0, request.RotationTime ?? 0), "rotation_time");
        var startup = DeploymentNumbers.Seconds(request.StartupTimeout ?? 0, "startup_timeout");
        var maxJobs = DeploymentNumbers.Count(request.MaxJobs ?? 0, "max_jobs", least: 0);
        if ((replicas.Refusal ?? timeout.Refusal ?? rotation.Refusal ?? startup.Refusal ?? maxJobs.Refusal) is { } number)
            return number;
        var vault = await vaults.FindAsync(request.Vault, account, cancellation);
        if (vault.IsRefused)
            return vault.Refusal;

        var address = CreateDeployment.NewAddress();
        var content = await revisions.ReadAsync(Encoding.UTF8.GetBytes(request.JobDefinition!.Value.GetRawText()), account, address, request.Confidential ?? false, cancellation);
        if (content.IsRefused)
            return content.Refusal;
        if (await markets.RefusalAsync(request.Market!, timeout.Value, content.Value.Requirements, cancellation) is { } unfit)
            return unfit;
        return new NewDeployment
        {
            Address = address,
            Name = request.Name!,
            Market = request.Market!,
            Replicas = replicas.Value,
            TimeoutSeconds = timeout.Value,
            Strategy = strategy,
            Cron = request.Schedule,
            TimeZone = string.IsNullOrEmpty(request.TimeZone) ? null : request.TimeZone,
            RotationSeconds = request.RotationTime is null ? null : rotation.Value,
            StartupSeconds = request.StartupTimeout is null ? null : startup.Value,
            Confidential = request.Confidential ?? false,
            Vault = vault.Value,
            Budget = request.Budget,
            MaxJobs = request.MaxJobs is null ? null : maxJobs.Value,
            IdempotencyKey = string.IsNullOrEmpty(request.IdempotencyKey) ? null : request.IdempotencyKey,
            Content = content.Value,
            Starts = request.Autostart ?? false,
        };
    }

    /// <summary>Why this cannot be the name; null where it can.</summary>
    public static Refusal? Name(string name, int least) => name.Length >= least && name.Length <= LongestName && !name.Any(char.IsControl)
        ? null
        : new Refusal(ErrorCode.InvalidParameter, $"'name' has {least} to {LongestName} characters, none of them a control character.");

    /// <summary>Why this cannot name a market; null where it can. Whether there is such a market is seen when jobs are posted.</summary>
    public static Refusal? Market(string market) => market.Trim().Length is >= 1 and <= LongestMarket
        ? null
        : new Refusal(ErrorCode.InvalidParameter, $"'market' is the address or slug of a market, 1 to {LongestMarket} characters.");

    private static Refusal? Missing(CreateDeploymentRequest request) =>
        request.Name is null ? DeploymentNumbers.Missing("name", "what the deployment is called; may be empty")
        : request.Market is null ? DeploymentNumbers.Missing("market", "the address or slug of a market")
        : request.Replicas is null ? DeploymentNumbers.Missing("replicas", "how many jobs, 1 or more")
        : request.Timeout is null ? DeploymentNumbers.Missing("timeout", "the timeout of each job in minutes")
        : request.Strategy is null ? DeploymentNumbers.Missing("strategy", "SIMPLE, SIMPLE-EXTEND, SCHEDULED or INFINITE")
        : request.JobDefinition is not { ValueKind: JsonValueKind.Object } ? DeploymentNumbers.Missing("job_definition", "what the jobs run, an object")
        : request is { Vault: not null, NewVault: true } ? new Refusal(ErrorCode.InvalidParameter, "Send 'vault' or 'new_vault', not both.")
        : request.IdempotencyKey is { Length: > IdempotencyKey.MostLength } ? new Refusal(ErrorCode.InvalidParameter, $"'idempotency_key' has {IdempotencyKey.MostLength} characters at most.")
        : null;

    private static Refusal? Schedule(CreateDeploymentRequest request) =>
        request.Strategy is "SCHEDULED" && string.IsNullOrWhiteSpace(request.Schedule)
            ? DeploymentNumbers.Missing("schedule", "a cron schedule of five fields, such as '0 9 * * MON-FRI'")
            : null;

    private static bool TryStrategy(string word, out DeploymentStrategy strategy)
    {
        (var known, strategy) = word switch
        {
            "SIMPLE" => (true, DeploymentStrategy.Simple),
            "SIMPLE-EXTEND" => (true, DeploymentStrategy.SimpleExtend),
            "SCHEDULED" => (true, DeploymentStrategy.Scheduled),
            "INFINITE" => (true, DeploymentStrategy.Infinite),
            _ => (false, default),
        };
        return known;
    }
}
