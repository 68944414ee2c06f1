using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/health</c></summary>
internal static class HealthEndpoints
{
    public static IResult Root() => Results.Text("A server of a Nosnet network. GET /openapi.json says what it does.\n");

    public static IResult Live() => Answers.Ok(new HealthView("live"), ServerJson.Default.HealthView);

    /// <summary>The same as official deployment managers tell it: one that does no tasks, because another server of the network writes, has the mode <c>api</c>.</summary>
    public static IResult Healthy(NetworkEngine engine, TimeProvider time) =>
        Answers.Ok(new ManagerHealth("healthy", engine.IsWriter ? "all" : "api", time.GetUtcNow()), ServerJson.Default.ManagerHealth);

    /// <summary>Whether the store answers, which every request needs.</summary>
    public static async Task<IResult> ReadyAsync(NetworkEngine engine, IContentStore content, CancellationToken cancellation)
    {
        try
        {
            if (await engine.Read.AccountAsync(OperatorAccount.Key, cancellation) is null)
                return NotReady();
            await content.ReadPinAsync(default, cancellation);
            return Answers.Ok(new HealthView("ready"), ServerJson.Default.HealthView);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the store fails with, the answer to the question is no.
            return NotReady();
        }
    }

    private static IResult NotReady() => Answers.Refuse(ErrorCode.Unavailable, "The store does not answer, so the server is not ready. Its log says why.");
}

/// <summary>The answer of the health routes.</summary>
internal sealed record HealthView(string Status);

/// <summary>The answer of <c>/health</c>.</summary>
internal sealed record ManagerHealth(string Status, string Mode, DateTimeOffset Timestamp);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ManagerHealth))]
internal sealed partial class ServerJson : JsonSerializerContext;
