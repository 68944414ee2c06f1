namespace Nosnet.Client;

/// <summary>404: there is no such job, market, node, key or file, or it belongs to somebody else.</summary>
public sealed class NosanaNotFoundException : NosanaException
{
    internal NosanaNotFoundException(Failure failure)
        : base(failure)
    {
    }
}
