namespace Nosnet.Protocol;

/// <summary>A port, or what becomes one when the node fills in the literals.</summary>
public abstract record Exposure
{
    private protected Exposure()
    {
    }

    /// <summary>A port.</summary>
    public static implicit operator Exposure(int port) => new ExposedPort(port);
}

/// <summary>A port, 1 to 65535.</summary>
public sealed record ExposedPort(int Port) : Exposure
{
    /// <summary>What answers there, for people.</summary>
    public ServiceKind? Service { get; init; }

    /// <summary>What must be seen before the service counts as started.</summary>
    public ValueList<HealthCheck> HealthChecks { get; init; } = [];
}

/// <summary>A literal in the place of a port: <c>%%ops.template.results.port%%</c>.</summary>
public sealed record LiteralPort(string Literal) : Exposure;

/// <summary>A literal whose value is a list of ports, put in its place.</summary>
public sealed record SpreadPorts(string Literal) : Exposure
{
    /// <summary>Whether the value comes in pieces that make the list only when joined.</summary>
    public bool Chunked { get; init; }
}

/// <summary>What answers at a port.</summary>
public enum ServiceKind
{
    /// <summary>Pages for people; "web".</summary>
    Web,

    /// <summary>An API; "api".</summary>
    Api,

    /// <summary>Both; "webapi".</summary>
    WebApi,

    /// <summary>WebSockets; "websocket".</summary>
    WebSocket,

    /// <summary>Not said; "none".</summary>
    None,
}
