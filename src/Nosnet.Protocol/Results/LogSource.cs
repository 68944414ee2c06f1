using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>Where a line of an operation's log comes from, in the words of definitions and results.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LogSource>))]
public enum LogSource
{
    /// <summary>What went into the container.</summary>
    [JsonStringEnumMemberName("stdin")] StdIn,

    /// <summary>The container's standard output.</summary>
    [JsonStringEnumMemberName("stdout")] StdOut,

    /// <summary>The container's standard error.</summary>
    [JsonStringEnumMemberName("stderr")] StdErr,

    /// <summary>The node itself.</summary>
    [JsonStringEnumMemberName("nodeerr")] NodeErr,
}
