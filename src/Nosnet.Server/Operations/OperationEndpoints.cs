using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/jobs/{job}/ops</c> and <c>/jobs/{job}/group</c></summary>
internal static class OperationEndpoints
{
    public static async Task<IResult> ListAsync(string job, HttpContext http, NetworkEngine engine, RunOperations operations, CancellationToken cancellation)
    {
        var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
        return found is null ? refusal!
            : Answers.Of(await operations.ReadAsync(found, cancellation), Shown, ProtocolJson.Default.IReadOnlyListOperationView);
    }

    /// <summary>A route that has a group, or an operation of it, do something.</summary>
    public static Delegate OfGroup(string word) =>
        async (string job, string group, HttpContext http, NetworkEngine engine, RunOperations operations, CancellationToken cancellation) =>
        {
            var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
            return found is null
                ? refusal!
                : await http.DoAsync(
                    () => operations.CommandAsync(found, group, (string?)http.Request.RouteValues["operation"], word, cancellation), Shown, ProtocolJson.Default.IReadOnlyListOperationView, cancellation);
        };

    /// <summary>The same for an operation whose group need not be known: ids are unique in a job.</summary>
    public static Delegate OfOperation(string word) =>
        async (string job, string operation, HttpContext http, NetworkEngine engine, RunOperations operations, CancellationToken cancellation) =>
        {
            var (found, refusal) = await JobEndpoints.FindAsync(job, http, engine, cancellation);
            if (found is null)
                return refusal!;
            var known = await operations.ReadAsync(found, cancellation);
            if (known.IsRefused)
                return Answers.Refuse(known.Refusal);
            return known.Value.Operations.FirstOrDefault(o => o.OperationId == operation) is { } one
                ? await http.DoAsync(() => operations.CommandAsync(found, one.Group ?? operation, operation, word, cancellation), Shown, ProtocolJson.Default.IReadOnlyListOperationView, cancellation)
                : Answers.Refuse(ErrorCode.OperationNotFound, $"Job {job} has no operation '{PathValues.Shown(operation)}'. GET /api/jobs/{job}/ops lists what it has.");
        };

    private static IReadOnlyList<OperationView> Shown(JobResult result) => [.. result.Operations.Select(OperationView.Of)];
}
