namespace Nosnet.Protocol;

/// <summary>
/// How a confidential job works: what is pinned publicly is a definition without operations, the real one and the results travel
/// between poster and node by these two ways.
/// </summary>
public sealed record Logistics
{
    /// <summary>How the definition comes to the node.</summary>
    public required LogisticsWay Send { get; init; }

    /// <summary>How the results come from the node.</summary>
    public required LogisticsWay Receive { get; init; }
}

/// <summary>One way to or from a node.</summary>
/// <param name="Kind">Who calls whom.</param>
/// <param name="Endpoint">The URL that the node calls; <see cref="LogisticsKind.Api"/> needs it.</param>
public sealed record LogisticsWay(LogisticsKind Kind, string? Endpoint = null);

/// <summary>Who calls whom.</summary>
public enum LogisticsKind
{
    /// <summary>The node calls an endpoint; "api" on the wire.</summary>
    Api,

    /// <summary>The node waits to be called; "api-listen" on the wire.</summary>
    ApiListen,
}
