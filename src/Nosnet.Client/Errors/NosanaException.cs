using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A call was refused or failed. <see cref="Exception.Message"/> is the network's own sentence where it gave one.</summary>
/// <remarks>What callers branch on most has a subclass; for the rest see <see cref="Is"/>.</remarks>
public class NosanaException : Exception
{
    /// <summary>An exception with a sentence and, if there is one, its cause.</summary>
    public NosanaException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal NosanaException(Failure failure)
        : base(failure.Message)
    {
        Status = failure.Status;
        Code = failure.Code;
        Details = failure.Details;
        TraceId = failure.TraceId;
        RetryAfter = failure.RetryAfter;
    }

    /// <summary>The HTTP status; null where nothing was answered or nothing was sent.</summary>
    public int? Status { get; internal init; }

    /// <summary>The machine-readable code, such as <c>INVALID_TIMEOUT</c>; null where the answer had none. See <see cref="ErrorCode"/>.</summary>
    public string? Code { get; internal init; }

    /// <summary>All findings, where there are several: one per mistake in a job definition, for instance.</summary>
    public IReadOnlyList<ErrorDetail> Details { get; internal init; } = [];

    /// <summary>The id under which the server's log knows the request.</summary>
    public string? TraceId { get; internal init; }

    /// <summary>How long the server asks to wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Whether this is that entry of the catalogue of errors.</summary>
    public bool Is(ErrorCode code) => string.Equals(Code, code.Code, StringComparison.Ordinal);
}
