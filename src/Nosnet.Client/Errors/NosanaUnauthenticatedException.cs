namespace Nosnet.Client;

/// <summary>401: no API key was sent, or one that the network does not know.</summary>
public sealed class NosanaUnauthenticatedException : NosanaException
{
    internal NosanaUnauthenticatedException(Failure failure)
        : base(failure)
    {
    }
}
