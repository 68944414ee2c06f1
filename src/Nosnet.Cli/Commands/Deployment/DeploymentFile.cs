using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A deployment in a file: the fields of the API, with durations as people write them, and its definition in it or beside it.</summary>
internal static class DeploymentFile
{
    private static readonly string[] Known =
        ["name", "market", "strategy", "replicas", "timeout", "schedule", "time_zone", "rotation_time", "startup_timeout", "confidential", "autostart", "budget", "max_jobs", "vault", "job_definition"];

    /// <summary>Whether a file that is no job definition looks like one of these.</summary>
    public static bool IsLike(JsonElement json) => json.ValueKind is JsonValueKind.Object && json.TryGetProperty("job_definition", out _);

    public static CreateDeployment Read(string file)
    {
        var json = ReadObject(file);
        if (json.EnumerateObject().FirstOrDefault(p => !Known.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            throw Wrong(file, $"'{unknown.Name}' is no field of a deployment; they are {string.Join(", ", Known)}");
        var wanted = Read(json, file);
        // Networks pass over what does not concern the strategy, but whoever wrote it means something by it.
        if (wanted.Strategy is not DeploymentStrategy.Scheduled && (wanted.Schedule ?? wanted.TimeZone) is not null)
            throw Wrong(file, "'schedule' and 'time_zone' go with the strategy SCHEDULED");
        if (wanted.Strategy is not DeploymentStrategy.Infinite && (wanted.RotationTime ?? wanted.StartupTimeout) is not null)
            throw Wrong(file, "'rotation_time' and 'startup_timeout' go with the strategy INFINITE");
        return wanted;
    }

    private static CreateDeployment Read(JsonElement json, string file) =>
        new(Text(json, file, "name") ?? throw Wrong(file, "'name' is missing"), Market(json, file), Definition(json, file))
        {
            Strategy = Strategy(json, file),
            Replicas = Count(json, file, "replicas") ?? 1,
            Timeout = Duration(json, file, "timeout") ?? TimeSpan.FromHours(1),
            Schedule = Text(json, file, "schedule"),
            TimeZone = Text(json, file, "time_zone"),
            RotationTime = Duration(json, file, "rotation_time"),
            StartupTimeout = Duration(json, file, "startup_timeout"),
            Confidential = Flag(json, file, "confidential") ?? false,
            Autostart = Flag(json, file, "autostart") ?? true,
            Budget = Budget(json, file),
            MaxJobs = Count(json, file, "max_jobs"),
            Vault = Text(json, file, "vault") is not { } vault ? null : AccountAddress.TryParse(vault, out var address) ? address : throw Wrong(file, "'vault' is a vault's address"),
        };

    private static JsonElement ReadObject(string file)
    {
        try
        {
            var json = JsonElement.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.ValueKind is JsonValueKind.Object ? json : throw Wrong(file, "it is no JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file '{file}' cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw Wrong(file, $"it is not JSON from line {e.LineNumber + 1} on");
        }
    }

    private static MarketId Market(JsonElement json, string file) =>
        Text(json, file, "market") is { } text && !string.IsNullOrWhiteSpace(text) && text.Length <= 100 ? new MarketId(text) : throw Wrong(file, "'market' is missing: an address or a short name");

    private static JobDefinition Definition(JsonElement json, string file)
    {
        if (!json.TryGetProperty("job_definition", out var definition) || definition.ValueKind is not (JsonValueKind.Object or JsonValueKind.String))
            throw Wrong(file, "'job_definition' is missing: the definition itself, or the name of the file that has it");
        var parsed = JobDefinitionParser.Parse(definition.ValueKind is JsonValueKind.Object
            ? System.Text.Encoding.UTF8.GetBytes(definition.GetRawText())
            : Beside(file, definition.GetString()!));
        return parsed is { IsValid: true, Definition: var valid }
            ? valid
            : throw new UsageException($"'job_definition' of {file} cannot run:", [.. parsed.Findings.Select(f => f.ToString())]);
    }

    private static byte[] Beside(string file, string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The definition of {file} cannot be read: {e.Message}");
        }
    }

    private static DeploymentStrategy Strategy(JsonElement json, string file) =>
        Text(json, file, "strategy") is not { } word ? DeploymentStrategy.Simple
        : DeploymentOptions.TryWord<DeploymentStrategy>(word, out var strategy) ? strategy
        : throw Wrong(file, $"'{word}' is no strategy; they are SIMPLE, SIMPLE-EXTEND, SCHEDULED and INFINITE");

    private static Credits? Budget(JsonElement json, string file) =>
        !json.TryGetProperty("budget", out var budget) || budget.ValueKind is JsonValueKind.Null ? null
        : budget.ValueKind is JsonValueKind.Number && budget.TryGetDecimal(out var usd) && Credits.TryFromUsd(usd, out var credits) ? credits
        : throw Wrong(file, "'budget' is a number of USD with at most nine decimals");

    private static string? Text(JsonElement json, string file, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw Wrong(file, $"'{name}' is a text");

    private static bool? Flag(JsonElement json, string file, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(file, $"'{name}' is true or false");

    private static int? Count(JsonElement json, string file, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0 ? count
        : throw Wrong(file, $"'{name}' is a whole number, 0 or more");

    private static TimeSpan? Duration(JsonElement json, string file, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : Durations.TryParse(value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText(), out var duration) ? duration
        : throw Wrong(file, $"'{name}' is a number of minutes, or a text such as 90m or 2h");

    private static UsageException Wrong(string file, string what) => new($"{file} describes no deployment: {what}.");
}
