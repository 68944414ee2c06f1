using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Reads what stands in paths and queries.</summary>
internal static class PathValues
{
    /// <summary>A job's address, or why the text is none. Two mistakes of older clients get a sentence that names the right call.</summary>
    public static bool TryJob(string text, out JobAddress job, [NotNullWhen(false)] out IResult? refusal)
    {
        refusal = null;
        if (JobAddress.TryParse(text, out job))
            return true;
        var shown = Shown(text);
        refusal = text switch
        {
            "{address}" => Answers.Refuse(ErrorCode.InvalidParameter,
                "The path holds the literal {address}: the client was called without the job's address. Pass it as 'address', as in jobs.extend({ address, seconds }), not as 'jobAddress'."),
            _ when text.StartsWith("jobAddress,", StringComparison.Ordinal) || text is "[object Object]" => Answers.Refuse(ErrorCode.InvalidParameter,
                $"The path holds '{shown}': the client was given an object where the job's address belongs. Call jobs.stop(address) with the address alone."),
            _ => Answers.Refuse(NoJob(text)),
        };
        return false;
    }

    public static Refusal NoJob(string text) => new(ErrorCode.JobNotFound, $"'{Shown(text)}' is not a job address; one is 32 bytes in base58. GET /api/jobs lists your jobs.");

    /// <summary>Text from outside, short enough for a sentence. What routing leaves encoded (a slash) is decoded.</summary>
    public static string Shown(string text)
    {
        var decoded = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return decoded.Length > 60 ? decoded[..60] + "…" : decoded;
    }

    /// <summary>The <c>limit</c> of a page.</summary>
    public static bool TryLimit(HttpContext http, out int limit, [NotNullWhen(false)] out IResult? refusal)
    {
        const int Most = 100;
        limit = 20;
        refusal = null;
        var text = http.Request.Query["limit"].ToString();
        if (text.Length == 0 || (int.TryParse(text, out limit) && limit is >= 1 and <= Most))
            return true;
        refusal = Answers.Refuse(ErrorCode.InvalidParameter, $"limit is a whole number from 1 to {Most}, not '{Shown(text)}'.");
        return false;
    }
}
