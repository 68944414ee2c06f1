using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The answer of an endpoint that refuses.</summary>
/// <param name="refusal">Why.</param>
/// <param name="isFinal">Whether it holds even where the same request was carried out before.</param>
internal sealed class RefusalResult(Refusal refusal, bool isFinal = false) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // What was carried out once is answered as it was then, whatever has changed since that would speak against it now.
        if (!isFinal && httpContext.Features.Get<KeyedRequest>() is { } request && await request.EarlierAsync(httpContext.RequestAborted) is { } earlier)
            await earlier.ExecuteAsync(httpContext);
        else
            await ErrorAnswers.WriteAsync(httpContext, refusal);
    }
}
