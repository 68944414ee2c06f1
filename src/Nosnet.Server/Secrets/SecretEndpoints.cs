using System.Text;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/secrets</c></summary>
internal static class SecretEndpoints
{
    private const int MostSecrets = 500;
    private const string NameRule = "A name is a letter or '_', then up to 63 letters, digits and '_'.";

    public static async Task<IResult> ListAsync(HttpContext http, ISecretStore store, CancellationToken cancellation) =>
        Answers.Ok([.. (await store.ListAsync(http.Caller().Account, cancellation)).Select(View)], ProtocolJson.Default.IReadOnlyListSecretView);

    public static async Task<IResult> PutAsync(
        string name, HttpContext http, ISecretStore store, SecretSeal seal, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.SecretRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (!SecretNames.IsValid(name))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(name)}' cannot name a secret. {NameRule}");
        if (Mistake(read.Value.Value) is { } mistake)
            return Answers.Refuse(ErrorCode.InvalidParameter, mistake);

        var account = http.Caller().Account;
        var value = seal.Close(await names.AccountAsync(account, cancellation), name, read.Value.Value);
        var now = time.GetUtcNow();
        return await http.DoAsync<SealedSecret, SecretView>(async () =>
            await store.WriteAsync(new SealedSecret(account, name, value, now, now), MostSecrets, cancellation) && await store.ReadAsync(account, name, cancellation) is { } written
                ? written
                : new Refusal(ErrorCode.InvalidParameter, $"An account has {MostSecrets} secrets at most. Remove those that no job uses (DELETE /api/secrets/{{name}})."),
            View, ProtocolJson.Default.SecretView, cancellation);
    }

    public static Task<IResult> DeleteAsync(string name, HttpContext http, ISecretStore store, CancellationToken cancellation)
    {
        var account = http.Caller().Account;
        return http.DoAsync<SealedSecret, SecretView>(async () =>
            await store.ReadAsync(account, name, cancellation) is { } secret && await store.DeleteAsync(account, name, cancellation)
                ? secret
                : new Refusal(ErrorCode.SecretNotFound, $"There is no secret '{PathValues.Shown(name)}' on your account. GET /api/secrets lists yours."),
            View, ProtocolJson.Default.SecretView, cancellation);
    }

    private static string? Mistake(string value) =>
        Encoding.UTF8.GetByteCount(value) > SecretRequest.MostBytes ? $"'value' has {SecretRequest.MostBytes} bytes at most."
        : value.Contains('\0') ? "'value' has a NUL character, which no container can be given."
        : value.Split('\n', '\r').All(line => line.Trim().Length < SecretRequest.LeastLength)
            ? $"'value' has a line of {SecretRequest.LeastLength} characters at least: what is shorter cannot be told from other text, so it could not be masked in logs."
        : null;

    private static SecretView View(SealedSecret secret) =>
        new() { Name = secret.Name, CreatedAt = secret.CreatedAt, UpdatedAt = secret.UpdatedAt, LastUsedAt = secret.LastUsedAt };
}
