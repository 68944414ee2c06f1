using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>How endpoints answer.</summary>
internal static class Answers
{
    public static IResult Ok<T>(T body, JsonTypeInfo<T> type) => new JsonAnswer<T>(body, type);

    public static IResult Refuse(Refusal refusal) => new RefusalResult(refusal);

    public static IResult Refuse(ErrorCode code, string sentence) => new RefusalResult(new Refusal(code, sentence));

    /// <summary>The answer to a command: its refusal, or what is shown of its value.</summary>
    public static IResult Of<TValue, TBody>(Outcome<TValue> outcome, Func<TValue, TBody> show, JsonTypeInfo<TBody> type) =>
        outcome.IsRefused ? Refuse(outcome.Refusal) : Ok(show(outcome.Value), type);

    public static async Task<IResult> OfAsync<TValue, TBody>(Outcome<TValue> outcome, Func<TValue, Task<TBody>> show, JsonTypeInfo<TBody> type) =>
        outcome.IsRefused ? Refuse(outcome.Refusal) : Ok(await show(outcome.Value), type);
}
