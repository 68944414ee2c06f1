using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The filters of the lists of deployments. Words that mean nothing match nothing, as with official services; times have to be times.</summary>
internal static class DeploymentQueries
{
    public static async ValueTask<Outcome<DeploymentFilter>> DeploymentsAsync(IQueryCollection query, NetworkEngine engine, CancellationToken cancellation)
    {
        var span = Span(query, "created");
        if (span.IsRefused)
            return span.Refusal;
        return new DeploymentFilter
        {
            Search = Text(query, "search"),
            Addresses = Words(query, "id") is { } ids ? [.. ids.Select(t => DeploymentAddress.TryParse(t, out var address) ? address : default)] : null,
            Name = Text(query, "name"),
            Statuses = Words(query, "status") is { } statuses ? [.. statuses.Select(w => Word(w, ProtocolJson.Default.DeploymentStatus)).OfType<DeploymentStatus>()] : null,
            Strategies = Words(query, "strategy") is { } strategies ? [.. strategies.Select(w => Word(w, ProtocolJson.Default.DeploymentStrategy)).OfType<DeploymentStrategy>()] : null,
            Payer = Text(query, "vault") is not { } vault ? null
                : AccountAddress.TryParse(vault, out var address) && await engine.Read.AccountAsync(address, cancellation) is { } account ? account.Key : 0,
            IdempotencyKey = Text(query, "idempotency_key"),
            CreatedFrom = span.Value.From,
            CreatedUntil = span.Value.Until,
        };
    }

    public static Outcome<DeploymentJobFilter> Jobs(IQueryCollection query, AddressBook addresses)
    {
        var span = Span(query, "created");
        var revision = Number(query, "revision");
        return (span.Refusal ?? revision.Refusal) is { } refusal ? refusal : new DeploymentJobFilter
        {
            States = Words(query, "state") is { } states ? [.. states.Select(State).OfType<JobState>()] : null,
            Job = Text(query, "job") is not { } job ? null : JobAddress.TryParse(job, out var address) && addresses.TryJob(address, out var key) ? key : 0,
            Revision = revision.Value.Number,
            CreatedFrom = span.Value.From,
            CreatedUntil = span.Value.Until,
        };
    }

    public static Outcome<DeploymentRevisionFilter> Revisions(IQueryCollection query)
    {
        var span = Span(query, "created");
        var revision = Number(query, "revision");
        return (span.Refusal ?? revision.Refusal) is { } refusal
            ? refusal
            : new DeploymentRevisionFilter { Number = revision.Value.Number, CreatedFrom = span.Value.From, CreatedUntil = span.Value.Until };
    }

    public static Outcome<DeploymentEventFilter> Events(IQueryCollection query)
    {
        var span = Span(query, "created");
        return span.IsRefused
            ? span.Refusal
            : new DeploymentEventFilter { Categories = Words(query, "category"), Types = Words(query, "type"), CreatedFrom = span.Value.From, CreatedUntil = span.Value.Until };
    }

    public static Outcome<DeploymentTaskFilter> Tasks(IQueryCollection query)
    {
        var span = Span(query, "due");
        return span.IsRefused ? span.Refusal : new DeploymentTaskFilter
        {
            Kinds = Words(query, "task") is { } kinds ? [.. kinds.Select(w => Word(w, ProtocolJson.Default.DeploymentTaskKind)).OfType<DeploymentTaskKind>()] : null,
            DueFrom = span.Value.From,
            DueUntil = span.Value.Until,
        };
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static string[]? Words(IQueryCollection query, string name) =>
        Text(query, name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static T? Word<T>(string word, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> words)
        where T : struct, Enum
    {
        try
        {
            return word.Length > 0 && char.IsAsciiLetter(word[0]) ? JsonSerializer.Deserialize($"\"{JsonEncodedText.Encode(word)}\"", words) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JobState? State(string word) => word switch
    {
        "QUEUED" => JobState.Queued,
        "RUNNING" => JobState.Running,
        "COMPLETED" => JobState.Completed,
        "STOPPED" => JobState.Stopped,
        _ => null,
    };

    private static Outcome<(int? Number, bool _)> Number(IQueryCollection query, string name) =>
        Text(query, name) is not { } text ? (null, true)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number, true)
        : new Refusal(ErrorCode.InvalidParameter, $"{name} is a whole number, not '{PathValues.Shown(text)}'.");

    private static Outcome<(DateTimeOffset? From, DateTimeOffset? Until)> Span(IQueryCollection query, string what)
    {
        DateTimeOffset? from = null, until = null;
        foreach (var (name, isFrom) in ((string, bool)[])[($"{what}_after", true), ($"{what}_before", false)])
        {
            if (Text(query, name) is not { } text)
                continue;
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return new Refusal(ErrorCode.InvalidParameter, $"{name} is a time such as 2026-01-31T12:00:00Z, not '{PathValues.Shown(text)}'.");
            if (isFrom)
                from = time;
            else
                until = time;
        }

        return (from, until);
    }
}
