namespace Nosnet.Client;

/// <summary>429, 502, 503 or 504: the network does not take the request now; see <see cref="NosanaException.RetryAfter"/>. Reads were already retried.</summary>
public sealed class NosanaUnavailableException : NosanaException
{
    internal NosanaUnavailableException(Failure failure)
        : base(failure)
    {
    }
}
