using System.Diagnostics.CodeAnalysis;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The <c>state</c> filter of lists: a comma list of the guide's words, the official names and the official numbers.</summary>
internal static class JobFilter
{
    public const string Allowed = "pending, running, completed, failed, stopped; or the official QUEUED, RUNNING, COMPLETED, STOPPED; or 0 to 3";

    /// <summary>Reads the list; false where one of its words is none of them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Func<Job, bool>? filter, out string mistake)
    {
        var parts = new List<Func<Job, bool>>();
        filter = job => parts.Exists(p => p(job));
        mistake = "";
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Part(word) is not { } part)
            {
                (filter, mistake) = (null, word);
                return false;
            }

            parts.Add(part);
        }

        return true;
    }

    /// <summary>The two vocabularies share a word: COMPLETED in capitals is the official one and covers jobs that failed.</summary>
    private static Func<Job, bool>? Part(string word) => word switch
    {
        "0" => Of(JobState.Queued),
        "1" => Of(JobState.Running),
        "2" or "COMPLETED" => Of(JobState.Completed),
        "3" => Of(JobState.Stopped),
        _ => word.ToLowerInvariant() switch
        {
            "pending" or "queued" => Of(JobState.Queued),
            "running" => Of(JobState.Running),
            "stopped" => Of(JobState.Stopped),
            "completed" => Of(JobStatus.Completed),
            "failed" => Of(JobStatus.Failed),
            _ => null,
        },
    };

    private static Func<Job, bool> Of(JobState state) => job => job.State == state;

    private static Func<Job, bool> Of(JobStatus status) => job => job.State.Status(job.Reason) == status;
}
