namespace Nosnet.Client;

/// <summary>No answer came: the network could not be reached, the connection was lost, or the time was up.</summary>
public sealed class NosanaConnectionException : NosanaException
{
    internal NosanaConnectionException(string message, bool mayHaveBeenCarriedOut, Exception? innerException = null)
        : base(message, innerException) =>
        MayHaveBeenCarriedOut = mayHaveBeenCarriedOut;

    /// <summary>
    /// Whether the network may have done what was asked, the answer alone being lost. Look before asking again: a job that was
    /// posted twice is paid twice. Always false for calls that only read.
    /// </summary>
    public bool MayHaveBeenCarriedOut { get; }
}
