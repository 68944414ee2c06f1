using System.Net;

namespace Nosnet.Node;

/// <summary>The container engine refused something or did not answer; the message has its own words.</summary>
public sealed class EngineException : Exception
{
    /// <summary>The engine refused with a status.</summary>
    public EngineException(string message, HttpStatusCode status, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>The engine did not answer, or not as it should.</summary>
    public EngineException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>With a sentence.</summary>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>Without a sentence; for serializers and the like.</summary>
    public EngineException()
    {
    }

    /// <summary>The status of its answer; null where there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Whether what was asked for is not there.</summary>
    public bool IsNotFound => Status == HttpStatusCode.NotFound;

    /// <summary>Whether the engine could not be reached at all, so that asking again may help.</summary>
    public bool IsUnreachable => Status is null;
}
