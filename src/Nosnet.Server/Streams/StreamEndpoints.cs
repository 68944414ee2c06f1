using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The streams of a job.</summary>
internal static class StreamEndpoints
{
    public static async Task<IResult> LogsAsync(string job, HttpContext http, NetworkEngine engine, JobStreams streams, CancellationToken cancellation)
    {
        var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
        if (found is null)
            return refusal!;
        // What a reader says itself goes before what its event source adds on reconnecting.
        var text = http.Request.Query["from"].ToString() is { Length: > 0 } from ? from : http.Request.Headers["Last-Event-ID"].ToString();
        var position = LogPosition.Start;
        if (text.Length > 0 && !LogPosition.TryParse(text, out position))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(text)}' is no place in a log; one is the id of an event, such as 1.42. Leave it out to read from the first line.");
        if (!LogFilter.TryParse(http.Request.Query["op"].ToString(), http.Request.Query["type"].ToString(), out var filter, out var mistake))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"type takes stdout, stderr, info, error and progress; '{PathValues.Shown(mistake)}' is none of these.");
        await streams.RunAsync(http, found, position, filter, cancellation);
        return Results.Empty;
    }

    public static async Task<IResult> StatusAsync(string job, HttpContext http, NetworkEngine engine, JobStreams streams, CancellationToken cancellation)
    {
        var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
        if (found is null)
            return refusal!;
        await streams.RunAsync(http, found, from: null, LogFilter.All, cancellation);
        return Results.Empty;
    }
}
