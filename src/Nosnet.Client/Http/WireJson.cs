using System.Text.Json;
using System.Text.Json.Serialization;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>How requests become JSON: what is not given is left out, since official services refuse a null.</summary>
internal static class WireJson
{
    public static readonly ProtocolJson Writing = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });

    public static ProtocolJson Reading => ProtocolJson.Default;
}
