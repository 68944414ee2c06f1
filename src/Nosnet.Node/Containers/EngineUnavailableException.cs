namespace Nosnet.Node;

/// <summary>There is no container engine to work with; the message says what was tried and what to do.</summary>
public sealed class EngineUnavailableException : Exception
{
    /// <summary>With a sentence for people.</summary>
    public EngineUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence for people and what lies behind it.</summary>
    public EngineUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a sentence; for serializers and the like.</summary>
    public EngineUnavailableException()
    {
    }
}
