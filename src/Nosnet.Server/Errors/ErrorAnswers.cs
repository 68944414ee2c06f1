using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The one place where errors become answers: refusals, exceptions, and whatever left a bare status behind.</summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> logger)
{
    private const int RetryAfterSeconds = 2;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone, so there is nobody to answer.
            http.Abort();
            return;
        }
        catch (BadHttpRequestException failure) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, OfBadRequest(failure));
            return;
        }
        catch (OperationCanceledException) when (!http.Response.HasStarted)
        {
            // The request was still there, so it was the server that stopped.
            await WriteAsync(http, new Refusal(ErrorCode.Unavailable, "The server is stopping. Try again in a moment."));
            return;
        }
        catch (Exception failure)
        {
            LogFailed(failure, http.Request.Method, http.Request.Path, TraceId(http));
            if (http.Response.HasStarted)
                http.Abort();
            else
                await WriteAsync(http, new Refusal(ErrorCode.Internal, $"The server failed to answer. Try again; if it stays, tell the operator this id: {TraceId(http)}"));
            return;
        }

        if (http.Response is { StatusCode: >= 400, HasStarted: false } response && response.ContentType is null && response.ContentLength is null or 0)
            await WriteAsync(http, OfStatus(http, response.StatusCode));
    }

    public static async Task WriteAsync(HttpContext http, Refusal refusal)
    {
        Head(http, refusal);
        await http.Response.WriteAsJsonAsync(ErrorBody.From(refusal, TraceId(http)), ProtocolJson.Default.ErrorBody, cancellationToken: http.RequestAborted);
    }

    /// <summary>The status and headers of a refusal.</summary>
    public static void Head(HttpContext http, Refusal refusal)
    {
        // What a handler had prepared for its success does not belong to the refusal; what middleware said of the status (Allow) does.
        var response = http.Response;
        response.StatusCode = refusal.Code.Status;
        response.Headers.ETag = default;
        response.Headers.CacheControl = "no-store";
        if (refusal.Code.Status is StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (refusal.Code.Status is StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }

    private static string TraceId(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private static Refusal OfBadRequest(BadHttpRequestException failure) => failure.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Refusal(ErrorCode.TooLarge, "The body is larger than this route takes. Send less at once."),
        _ => new Refusal(ErrorCode.MalformedRequest, "The request ended early or breaks HTTP. Send it again."),
    };

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

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, trace {TraceId}.")]
    private partial void LogFailed(Exception failure, string method, string path, string traceId);
}
