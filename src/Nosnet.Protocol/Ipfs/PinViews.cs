using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The answer of the pin API, in Pinata's shape.</summary>
/// <param name="IpfsHash">The CID.</param>
/// <param name="PinSize">The size in bytes, blocks of links included.</param>
/// <param name="Timestamp">When it was pinned.</param>
public sealed record Pinned(
    [property: JsonPropertyName("IpfsHash")] Cid IpfsHash,
    [property: JsonPropertyName("PinSize")] long PinSize,
    [property: JsonPropertyName("Timestamp")] DateTimeOffset Timestamp);
