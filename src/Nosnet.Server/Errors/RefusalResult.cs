using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The answer of an endpoint that refuses.</summary>
internal sealed class RefusalResult(Refusal refusal) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ErrorAnswers.WriteAsync(httpContext, refusal);
}
