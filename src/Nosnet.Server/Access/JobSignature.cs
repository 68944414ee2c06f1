using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Whether a signed message lets its sender in to a job at the API of a node. Official clients sign the CID of the job definition or a text that
/// is always the same, and the time that they add is not signed. So a message that names another job is refused, and one that names no job is
/// taken with a fresh time only; one that names this job is good for as long as its node has it.
/// </summary>
internal static class JobSignature
{
    /// <summary>Why it does not let its sender in; null where it does.</summary>
    public static string? Refusal(string text, AccountAddress owner, JobAddress job, Cid definition, TimeProvider time)
    {
        if (SignedMessage.Check(text, owner.Value, time).Refusal() is { } refusal)
            return refusal;
        var message = SignedMessage.MessageOf(text)!;
        if (message == job.ToString() || message == definition.ToString())
            return null;
        if (JobAddress.TryParse(message, out _) || Cid.TryParse(message, out _))
            return "The signed message names another job. Sign the job's address, or the CID of its definition.";
        return text.Count(c => c == SignedMessage.DefaultSeparator) == 2
            ? null
            : "The signed message does not name the job and has no time. Sign the job's address, or add the time, as in 'message:signature:milliseconds'.";
    }
}
