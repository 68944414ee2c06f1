using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What is answered in the place of a service that gives no answer.</summary>
internal static class ServiceRefusals
{
    public static readonly Refusal Unknown = new(ErrorCode.ServiceNotFound,
        "No running job exposes anything at this address: the job has not started, has ended, or the address is wrong. GET /api/jobs/{job} lists a job's endpoints.");

    public static readonly Refusal NoReplica = new(ErrorCode.Unavailable,
        "No job of this deployment answers now: those that run have not started yet, or do not pass their health checks. Try again in a moment.");

    private static readonly Refusal Ended = new(ErrorCode.Unavailable,
        "The operation that exposes this port does not run now: it has not started yet, or has ended. Try again in a moment.");

    private static readonly Refusal Silent = new(ErrorCode.Unavailable,
        "Nothing takes connections at this port of the container yet. Try again in a moment; if it stays, see that the service listens on 0.0.0.0 and not on 127.0.0.1.");

    private static readonly Refusal Broken = new(ErrorCode.ServiceBroken,
        "The service took the request and broke off without an answer, or answered with what is not HTTP.");

    private static readonly Refusal NoNode = new(ErrorCode.NodeUnreachable, "The connection to the node that runs this service broke. It redials by itself; try again in a moment.");

    /// <summary>What became of a request whose sending failed.</summary>
    public static MissedService Of(Exception? failure) => failure is NodeUnreachableException unreachable
        ? new MissedService(unreachable.Refusal, WasNotSent: true)
        : ServiceFaults.Of(failure) switch
        {
            ServiceFault.Ended => new MissedService(Ended, WasNotSent: true),
            ServiceFault.Silent => new MissedService(Silent, WasNotSent: true),
            ServiceFault.NotReached => new MissedService(NoNode, WasNotSent: true),
            ServiceFault.Broken => new MissedService(Broken, WasNotSent: false),
            _ => new MissedService(NoNode, WasNotSent: false),
        };

    /// <summary>What became of one that another server did not answer.</summary>
    public static MissedService OfPeer(Passage passed) => new(NoNode, WasNotSent: passed is Passage.NotDone);

    /// <summary>A sentence, or an error body for whoever takes JSON.</summary>
    public static async Task WriteAsync(HttpContext http, Refusal refusal)
    {
        http.Response.Clear();
        if (http.Request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            await ErrorAnswers.WriteAsync(http, refusal);
            return;
        }
        ErrorAnswers.Head(http, refusal);
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(refusal.Message + "\n", http.RequestAborted);
    }
}
