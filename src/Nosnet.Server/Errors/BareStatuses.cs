using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Answers with an error where a route of the server left a bare status behind. Those of exposed services are theirs.</summary>
internal sealed class BareStatuses(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response is { StatusCode: >= 400, HasStarted: false } response && response.ContentType is null && response.ContentLength is null or 0)
            await ErrorAnswers.WriteAsync(http, OfStatus(http, response.StatusCode));
    }

    private static Refusal OfStatus(HttpContext http, int status) => status switch
    {
        StatusCodes.Status404NotFound => new Refusal(ErrorCode.RouteNotFound,
            $"There is no route {http.Request.Method} {Quote(http)}. GET /openapi.json lists those there are."),
        StatusCodes.Status405MethodNotAllowed => new Refusal(ErrorCode.MethodNotAllowed,
            $"{Quote(http)} does not take {http.Request.Method}. It takes {http.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => new Refusal(ErrorCode.TooLarge, "The body is larger than this route takes. Send less at once."),
        StatusCodes.Status415UnsupportedMediaType => new Refusal(ErrorCode.UnsupportedMediaType, "The body's type is not one that this route takes. Send JSON."),
        StatusCodes.Status503ServiceUnavailable => new Refusal(ErrorCode.Unavailable, "The server cannot answer now. Try again in a moment."),
        >= 500 => new Refusal(ErrorCode.Internal, "The server failed to answer. Try again."),
        _ => new Refusal(ErrorCode.MalformedRequest, "The request cannot be read. GET /openapi.json says what each route takes."),
    };

    private static string Quote(HttpContext http)
    {
        var path = http.Request.PathBase.Value + http.Request.Path.Value;
        return path.Length > 200 ? path[..200] + "…" : path;
    }
}
