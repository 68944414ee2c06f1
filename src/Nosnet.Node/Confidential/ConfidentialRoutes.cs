using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the server passes on of confidential jobs; see "Through the tunnel" in docs/wire.md.</summary>
internal static class ConfidentialRoutes
{
    public static void MapConfidential(this IEndpointRouteBuilder app, RunKeeper runs)
    {
        app.MapMethods("/runs/{run}/definition", [HttpMethods.Put], async (HttpContext context) =>
        {
            if (Run(context) is not { } run || runs.FindConfidential(run) is not { } job)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            // The tunnel itself has no limit. What is larger Kestrel answers with 413; the server sends none.
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = DefinitionLimits.Bytes;
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            context.Response.StatusCode = await job.TakeAsync(body.ToArray(), context.RequestAborted) switch
            {
                true => StatusCodes.Status204NoContent,
                false => StatusCodes.Status400BadRequest,
                null => StatusCodes.Status409Conflict,
            };
        });
        app.MapGet("/runs/{run}/definition", context => AnswerAsync(context, Run(context) is { } run ? runs.FindGivenDefinition(run) : null));
        app.MapGet("/runs/{run}/result", context => AnswerAsync(context, Run(context) is { } run ? runs.FindKeptResult(run) : null));
    }

    private static RunAddress? Run(HttpContext context) => RunAddress.TryParse((string?)context.Request.RouteValues["run"], out var run) ? run : null;

    private static async Task AnswerAsync(HttpContext context, byte[]? json)
    {
        if (json is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
