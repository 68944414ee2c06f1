using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the server asks of the operations of a run; see "Through the tunnel" in docs/wire.md.</summary>
internal static class OperationRoutes
{
    public static void MapOperations(this IEndpointRouteBuilder app, RunKeeper runs)
    {
        app.MapGet("/runs/{run}/ops", async (HttpContext context) =>
        {
            if (RunAddress.TryParse(Value(context, "run"), out var run) && runs.FindOperations(run) is { } operations)
                await AnswerAsync(context, operations.ToUtf8Bytes());
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        });
        foreach (var (word, command) in ((string, OperationCommand)[])[("stop", OperationCommand.Stop), ("restart", OperationCommand.Restart)])
        {
            Task Ask(HttpContext context) => CommandAsync(context, runs, command);
            app.MapPost($"/runs/{{run}}/group/{{group}}/{word}", Ask);
            app.MapPost($"/runs/{{run}}/group/{{group}}/operation/{{operation}}/{word}", Ask);
        }
        app.MapPost("/runs/{run}/group/{group}/move", context => CommandAsync(context, runs, OperationCommand.Move));
    }

    private static async Task CommandAsync(HttpContext context, RunKeeper runs, OperationCommand command)
    {
        var answer = RunAddress.TryParse(Value(context, "run"), out var run)
            ? runs.Command(run, Value(context, "group")!, Value(context, "operation"), command)
            : null;
        if (answer is not { IsKnown: true })
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (answer.Moved.Count == 0)
            context.Response.StatusCode = StatusCodes.Status409Conflict;
        else if (runs.FindOperations(run) is { } operations)
            await AnswerAsync(context, operations.ToUtf8Bytes());
    }

    private static string? Value(HttpContext context, string name) => (string?)context.Request.RouteValues[name];

    private static async Task AnswerAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
