using System.Net;

namespace Nosnet.Node;

/// <summary>A resource could not be downloaded; the message says what, why and what to do, and holds no credentials.</summary>
internal sealed class ResourceException : Exception
{
    public ResourceException(string message, HttpStatusCode? status = null, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>The status of the answer; null where there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Whether it may go well when it is tried again.</summary>
    public bool MayPass { get; init; }

    /// <summary>What an answer means that was not the one hoped for.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="response">The answer.</param>
    /// <param name="code">The store's own word for it, where it gave one.</param>
    public static ResourceException Refused(string what, HttpResponseMessage response, string? code = null)
    {
        var status = response.StatusCode;
        var said = code is null ? $"{(int)status}" : $"{(int)status} {code}";
        var advice = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "Check the credentials, and that they may read it.",
            HttpStatusCode.NotFound => "Check its name; what is private answers like this too where credentials are missing.",
            HttpStatusCode.TooManyRequests => "Too much was asked of it; post the job again later.",
            >= HttpStatusCode.InternalServerError => "The store has trouble; post the job again later.",
            _ => "Check the resource in the job definition.",
        };
        return new ResourceException($"{what} was answered with {said}. {advice}", status)
        {
            MayPass = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        };
    }

    /// <summary>There was no answer, or it broke off.</summary>
    public static ResourceException Broken(string what, Exception e) =>
        new($"{what} could not be downloaded: {e.Message}", inner: e) { MayPass = true };
}
