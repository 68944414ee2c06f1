namespace Nosnet.Protocol;

/// <summary>How the node sees that a service works.</summary>
public abstract record HealthCheck
{
    private protected HealthCheck()
    {
    }

    /// <summary>Whether it goes on after the service has started. The official schema demands the field; where it is missing, false is read.</summary>
    public bool Continuous { get; init; }
}

/// <summary>An HTTP request and the status that it must be answered with.</summary>
public sealed record HttpCheck(string Path) : HealthCheck
{
    /// <summary>The request's method.</summary>
    public HttpCheckMethod Method { get; init; }

    /// <summary>The status, 100 to 599.</summary>
    public int ExpectedStatus { get; init; } = 200;

    /// <summary>The request's headers.</summary>
    public ValueMap<string> Headers { get; init; } = [];

    /// <summary>The request's body, sent with POST and PUT.</summary>
    public AnyJson? Body { get; init; }
}

/// <summary>A WebSocket that must say something.</summary>
public sealed record WebSocketCheck(string ExpectedResponse) : HealthCheck;

/// <summary>The method of a check's request, in capitals on the wire.</summary>
public enum HttpCheckMethod
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,
}
