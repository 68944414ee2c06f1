using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>How endpoints have commands carried out: once, where the request has an Idempotency-Key.</summary>
internal static class Writes
{
    /// <param name="http">The request.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="command">What is to be done.</param>
    /// <param name="show">The answer's body. With a key it is made on the lane's thread, so it does no I/O.</param>
    /// <param name="type">How the body is written.</param>
    /// <param name="cancellation">Gives up waiting for a place in the lane.</param>
    public static async Task<IResult> CarryAsync<TValue, TBody>(
        this HttpContext http, NetworkEngine engine, Command<TValue> command, Func<TValue, TBody> show, JsonTypeInfo<TBody> type, CancellationToken cancellation)
    {
        if (http.Features.Get<KeyedRequest>() is not { } request)
            return Answers.Of(await engine.ExecuteAsync(command, cancellation), show, type);
        var once = new Once<TValue>(command, request.Key, value => request.Say(JsonSerializer.SerializeToUtf8Bytes(show(value), type)));
        return request.Answer(await engine.ExecuteAsync(once, cancellation));
    }

    /// <summary>The same for a command whose answer has no content.</summary>
    public static async Task<IResult> CarryAsync<TValue>(this HttpContext http, NetworkEngine engine, Command<TValue> command, CancellationToken cancellation)
    {
        if (http.Features.Get<KeyedRequest>() is { } request)
            return request.Answer(await engine.ExecuteAsync(new Once<TValue>(command, request.Key, static _ => KeyedRequest.Nothing), cancellation));
        var outcome = await engine.ExecuteAsync(command, cancellation);
        return outcome.IsRefused ? Answers.Refuse(outcome.Refusal) : Results.NoContent();
    }

    /// <summary>
    /// Does what is not the lane's: once where the request has a key, unless the server dies after it was done and before its answer is kept. So
    /// it has to be something that does no harm twice.
    /// </summary>
    public static async Task<IResult> DoAsync<TValue, TBody>(
        this HttpContext http, Func<Task<Outcome<TValue>>> act, Func<TValue, TBody> show, JsonTypeInfo<TBody> type, CancellationToken cancellation)
    {
        if (http.Features.Get<KeyedRequest>() is not { } request)
            return Answers.Of(await act(), show, type);
        return await request.DoAsync(async () =>
        {
            var outcome = await act();
            return outcome.IsRefused ? outcome.Refusal : request.Say(JsonSerializer.SerializeToUtf8Bytes(show(outcome.Value), type));
        }, cancellation);
    }

    /// <summary>The same where the answer has no content.</summary>
    public static async Task<IResult> DoAsync(this HttpContext http, Func<Task<Refusal?>> act, CancellationToken cancellation)
    {
        if (http.Features.Get<KeyedRequest>() is { } request)
            return await request.DoAsync(async () => await act() is { } no ? no : KeyedRequest.Nothing, cancellation);
        return await act() is { } refusal ? Answers.Refuse(refusal) : Results.NoContent();
    }

    /// <summary>Carries many commands out, each for itself, on a route that takes no request without a key.</summary>
    public static async Task<IResult> CarryEachAsync<TValue, TBody>(
        this HttpContext http, NetworkEngine engine, IReadOnlyList<Command<TValue>> commands, Func<IReadOnlyList<Outcome<TValue>>, TBody> show, JsonTypeInfo<TBody> type, CancellationToken cancellation)
    {
        var request = http.Features.Get<KeyedRequest>() ?? throw new InvalidOperationException("The route does not ask for an Idempotency-Key.");
        var batch = new OnceEach<TValue>(commands, request.Key, outcomes => request.Say(JsonSerializer.SerializeToUtf8Bytes(show(outcomes), type)));
        return request.Answer(await engine.ExecuteAsync(batch, cancellation));
    }
}
