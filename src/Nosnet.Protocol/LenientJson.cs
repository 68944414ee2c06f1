using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Protocol;

/// <summary>How whoever is told something by a network reads it: what may be null may also be absent, and words of later versions are passed over.</summary>
public static class LenientJson
{
    /// <summary>What a word is read as that this version does not know, where there is neither null nor a better one to take it for.</summary>
    private const int Unknown = -1;

    /// <summary>
    /// The messages, read leniently. A kind of log line that this version does not know is <see cref="LogKind.Info"/>, a reason is null; where a status
    /// must be there and is not known, it is none that is defined.
    /// </summary>
    public static ProtocolJson Reading { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        Converters =
        {
            new LaterWords<LogKind>(ProtocolJson.Default.LogKind, LogKind.Info),
            new LaterWords<EndpointStatus>(ProtocolJson.Default.EndpointStatus, EndpointStatus.Unknown),
            new LaterWords<JobStatus>(ProtocolJson.Default.JobStatus, (JobStatus)Unknown),
            new LaterWordsOrNull<JobStatus>(ProtocolJson.Default.JobStatus),
            new LaterWordsOrNull<EndReason>(ProtocolJson.Default.EndReason),
            new LaterWords<DeploymentStatus>(ProtocolJson.Default.DeploymentStatus, (DeploymentStatus)Unknown),
            new LaterWords<DeploymentTaskKind>(ProtocolJson.Default.DeploymentTaskKind, (DeploymentTaskKind)Unknown),
        },
    });

    internal static T Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, string noun)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new FormatException($"This is not {noun}: it is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"This is not {noun}: {e.Message}", e);
        }
    }
}
