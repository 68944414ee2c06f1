using System.Text.Json;
using System.Text.Json.Serialization;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>How messages become JSON and come from it.</summary>
internal static class WireJson
{
    /// <summary>For requests: what is not given is left out, since official services refuse a null.</summary>
    public static readonly ProtocolJson Writing = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });

    /// <summary>What no word of an enumeration is read as: a later version's word where this one has no better. Nobody gets to see it.</summary>
    private const int Unknown = -1;

    /// <summary>For answers: what may be null may also be absent, and streams go on over the words of later versions.</summary>
    public static readonly ProtocolJson Reading = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
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
}
