using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The one place where errors become answers: refusals and exceptions.</summary>
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
        catch (Exception failure) when (failure is StoreUnavailableException or WriterEndedException && !http.Response.HasStarted)
        {
            LogUnavailable(http.Request.Method, http.Request.Path, failure.Message);
            await WriteAsync(http, new Refusal(ErrorCode.Unavailable, failure.Message));
            return;
        }
        catch (Exception failure)
        {
            LogFailed(failure, http.Request.Method, http.Request.Path, TraceId(http));
            if (http.Response.HasStarted)
                http.Abort();
            else
                await WriteAsync(http, new Refusal(ErrorCode.Internal, $"The server failed to answer. Try again; if it stays, tell the operator this id: {TraceId(http)}"));
        }
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

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} could not be answered: {Reason}")]
    private partial void LogUnavailable(string method, string path, string reason);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, trace {TraceId}.")]
    private partial void LogFailed(Exception failure, string method, string path, string traceId);
}
