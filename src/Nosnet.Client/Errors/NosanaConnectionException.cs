namespace Nosnet.Client;

/// <summary>No answer came: the network could not be reached, the connection was lost, or the time was up.</summary>
public sealed class NosanaConnectionException : NosanaException
{
    internal NosanaConnectionException(string message, bool mayHaveBeenCarriedOut, Exception? innerException = null)
        : base(message, innerException) =>
        MayHaveBeenCarriedOut = mayHaveBeenCarriedOut;

    internal NosanaConnectionException(string message, Call call, Exception? innerException)
        : base(message, innerException)
    {
        MayHaveBeenCarriedOut = !call.Reads;
        IdempotencyKey = call.IsCarriedOutOnce ? call.IdempotencyKey : null;
    }

    /// <summary>
    /// Whether the network may have done what was asked, the answer alone being lost. Ask again under the same
    /// <see cref="IdempotencyKey"/>, or look before asking again: a job that was posted twice is paid twice. Always false for calls
    /// that only read.
    /// </summary>
    public bool MayHaveBeenCarriedOut { get; }

    /// <summary>The key under which asking the same again is safe within 24 hours; null where the network is not known to keep to keys.</summary>
    public string? IdempotencyKey { get; }
}
