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

    /// <summary>For answers, of networks of several generations.</summary>
    public static readonly ProtocolJson Reading = LenientJson.Reading;
}
