namespace Nosnet.Client;

/// <summary>402: the account has too few credits. Nothing was reserved.</summary>
public sealed class NosanaInsufficientCreditsException : NosanaException
{
    internal NosanaInsufficientCreditsException(Failure failure)
        : base(failure)
    {
    }
}
