namespace Nosnet.Protocol;

/// <summary>The body of every answer that is not a success: one flat object that every generation of clients can read.</summary>
/// <remarks>
/// The official kit reads <c>error</c> first and takes <c>code</c> and <c>statusCode</c> from the body alone; the official dashboard
/// reads <c>message</c>; <c>type</c> and <c>title</c> are those of RFC 9457.
/// </remarks>
public sealed record ErrorBody
{
    /// <summary>The sentence: what was wrong and what to do.</summary>
    public required string Error { get; init; }

    /// <summary>The same sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int StatusCode { get; init; }

    /// <summary>The code of the catalogue, see <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>A URI reference for the kind of error.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of error in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The id under which the server's log knows this request.</summary>
    public string? TraceId { get; init; }

    /// <summary>All findings, where there are several.</summary>
    public IReadOnlyList<ErrorDetail>? Details { get; init; }

    /// <summary>The body for a refusal.</summary>
    public static ErrorBody From(Refusal refusal, string? traceId = null) => new()
    {
        Error = refusal.Message,
        Message = refusal.Message,
        StatusCode = refusal.Code.Status,
        Code = refusal.Code.Code,
        Type = $"urn:nosnet:error:{refusal.Code.Code}",
        Title = refusal.Code.Title,
        TraceId = traceId,
        Details = refusal.Details,
    };
}
