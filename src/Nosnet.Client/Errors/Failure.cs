using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What an answer that is not a success says.</summary>
internal sealed record Failure(int Status, string Message)
{
    public string? Code { get; init; }
    public string? TraceId { get; init; }
    public IReadOnlyList<ErrorDetail> Details { get; init; } = [];
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The official services say this with several statuses, and always with these words.</summary>
    private bool LacksCredits =>
        Status == 402 || (Status is >= 400 and < 500 && Message.Contains("insufficient credits", StringComparison.OrdinalIgnoreCase));

    public NosanaException ToException() => this switch
    {
        { Status: 401 } => new NosanaUnauthenticatedException(this),
        _ when LacksCredits => new NosanaInsufficientCreditsException(this),
        { Status: 404 } => new NosanaNotFoundException(this),
        { Status: 429 or 502 or 503 or 504 } => new NosanaUnavailableException(this),
        _ => new NosanaException(this),
    };
}
