using System.Globalization;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>One line of an operation's log in its result.</summary>
public sealed record ResultLog
{
    /// <summary>Where it comes from.</summary>
    public required LogSource Type { get; init; }

    /// <summary>The line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Log { get; init; }

    /// <summary>When it was written, RFC 3339 with up to nine decimals; text, so that no digit is lost. Some lines of nodes have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Timestamp { get; init; }

    /// <summary>Ours: the number that the line had in the run's live log (<see cref="LogEntry.Id"/>), so that a reader of that log can go on here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Number { get; init; }

    /// <summary>A line written at a time.</summary>
    public static ResultLog At(DateTimeOffset time, LogSource type, string log) => new()
    {
        Type = type,
        Log = log,
        Timestamp = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
    };
}
