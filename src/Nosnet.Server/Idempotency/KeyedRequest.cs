using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;

namespace Nosnet.Server;

/// <summary>A request with an Idempotency-Key, on its way through its route.</summary>
internal sealed class KeyedRequest(NetworkEngine engine, IdempotencyKey key, AnswerSeal? seal, ConcurrentDictionary<Guid, Task> underWay, TimeProvider time)
{
    /// <summary>An answer without content.</summary>
    public static readonly Said Nothing = new(StatusCodes.Status204NoContent, []);

    public IdempotencyKey Key => key;

    /// <summary>The answer to what was done now.</summary>
    public Said Say(byte[] body) => new(StatusCodes.Status200OK, body) { Sealed = seal?.Seal(body) };

    /// <summary>Does something, unless it was done under the key before, and keeps its answer. Who comes meanwhile waits.</summary>
    public async Task<IResult> DoAsync(Func<Task<Outcome<Said>>> act, CancellationToken cancellation)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (underWay.GetOrAdd(key.Id, over.Task) is var first && first != over.Task)
            await first.WaitAsync(cancellation);
        try
        {
            if (await EarlierAsync(cancellation) is { } earlier)
                return earlier;
            var outcome = await act();
            // It was done, so whoever goes away now leaves its answer behind.
            return outcome.IsRefused ? Answers.Refuse(outcome.Refusal)
                : Answer(await engine.ExecuteAsync(new Once<bool>(new DoneElsewhere(), key, _ => outcome.Value), CancellationToken.None));
        }
        finally
        {
            underWay.TryRemove(key.Id, out _);
            over.SetResult();
        }
    }

    public IResult Answer(Outcome<Said> outcome) =>
        outcome.IsRefused ? Answers.Refuse(outcome.Refusal) : Answer(outcome.Value);

    /// <summary>What the key gets because it was used before; null where it was not.</summary>
    public async ValueTask<IResult?> EarlierAsync(CancellationToken cancellation)
    {
        var kept = await engine.Read.AnswerAsync(key.Id, cancellation);
        return kept?.For(key, time.GetUtcNow()) is not { } earlier ? null
            : earlier.IsRefused ? new RefusalResult(earlier.Refusal, isFinal: true)
            : Answer(earlier.Value);
    }

    private SaidResult Answer(Said said) => new(said is { IsRepeated: true, Body.Length: > 0 } && seal is not null ? said with { Body = seal.Open(said.Body) } : said);
}

/// <summary>An answer whose bytes are those that are kept.</summary>
internal sealed class SaidResult(Said said) : IResult
{
    public const string ReplayedHeader = "Idempotency-Replayed";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = said.Status;
        if (said.IsRepeated)
            response.Headers[ReplayedHeader] = "true";
        if (said.Body.Length == 0)
            return;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = said.Body.Length;
        await response.Body.WriteAsync(said.Body, httpContext.RequestAborted);
    }
}
