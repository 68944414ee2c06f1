using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/api-keys</c></summary>
internal static class ApiKeyEndpoints
{
    private const int MostKeys = 1_000;
    private const int LongestName = 100;
    private const long LongestSeconds = 10L * 365 * 86_400;

    public static async Task<IResult> ListAsync(HttpContext http, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var account = http.Caller().Account;
        var address = await names.AccountAsync(account, cancellation);
        var keys = await engine.Read.ApiKeysAsync(account, cancellation);
        return Answers.Ok([.. keys.Select(k => View(k, address, engine, time))], ProtocolJson.Default.IReadOnlyListApiKeyView);
    }

    public static async Task<IResult> CreateAsync(
        HttpContext http, NetworkEngine engine, NetworkSecret secret, KeyRing ring, Names names, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.CreateApiKeyRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var request = read.Value;
        if (Check(request, http.ApiKey()) is { } refusal)
            return Answers.Refuse(refusal);

        var name = request.Name ?? request.NewAccount!;
        var scopes = request.Scopes is { } asked ? [.. asked.Distinct()] : http.ApiKey().Scopes;
        var lifetime = request.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var text = KeyText.New();
        Outcome<ApiKey> made;
        if (request.NewAccount is { } newAccount)
        {
            made = await engine.ExecuteAsync(new OpenAccount(secret.NewAccount(), newAccount, KeyText.Hash(text), name, scopes, lifetime), cancellation);
        }
        else
        {
            var account = await OwnerAsync(request, http, engine, cancellation);
            if (account is null)
                return Answers.Refuse(ErrorCode.AccountNotFound, $"There is no account '{PathValues.Shown(request.Account!)}'. Pass 'newAccount' with a name to make one.");
            if ((await engine.Read.ApiKeysAsync(account.Key, cancellation)).Count >= MostKeys)
                return Answers.Refuse(ErrorCode.InvalidParameter, $"An account has {MostKeys} API keys at most. Remove those that nobody uses (DELETE /api/api-keys/{{id}}).");
            made = await engine.ExecuteAsync(new CreateApiKey(account.Key, KeyText.Hash(text), name, scopes, lifetime), cancellation);
        }

        ring.Forget();
        if (made.IsRefused)
            return Answers.Refuse(made.Refusal);
        var view = View(made.Value, await names.AccountAsync(made.Value.Account, cancellation), engine, time);
        return Answers.Ok(new ApiKeyCreated
        {
            Id = view.Id,
            Name = view.Name,
            Account = view.Account,
            Status = view.Status,
            Scopes = view.Scopes,
            CreatedAt = view.CreatedAt,
            ExpiresAt = view.ExpiresAt,
            Key = text,
        }, ProtocolJson.Default.ApiKeyCreated);
    }

    public static async Task<IResult> DeleteAsync(string id, HttpContext http, NetworkEngine engine, KeyRing ring, Names names, TimeProvider time, CancellationToken cancellation)
    {
        if (!Bytes32.TryParseBase58(id, out var parsed))
            return Answers.Refuse(ErrorCode.ApiKeyNotFound, $"'{PathValues.Shown(id)}' is not the id of an API key. GET /api/api-keys lists yours.");
        var deleted = await engine.ExecuteAsync(new DeleteApiKey(http.Caller(), parsed), cancellation);
        // Before the answer, so that whoever has it knows that the key opens nothing any more.
        ring.Forget();
        return await Answers.OfAsync(deleted, async k => View(k, await names.AccountAsync(k.Account, cancellation), engine, time) with { Status = "disabled" }, ProtocolJson.Default.ApiKeyView);
    }

    private static Refusal? Check(CreateApiKeyRequest request, ApiKey caller)
    {
        if ((request.NewAccount is not null || request.Account is not null) && (caller.Account != OperatorAccount.Key || Scopes.All.Except(caller.Scopes).Any()))
            return new Refusal(ErrorCode.OperatorOnly, "Only the operator, with a key that has every scope, makes keys for other accounts. Leave 'account' and 'newAccount' out to make one for yours.");
        if (request is { NewAccount: not null, Account: not null })
            return new Refusal(ErrorCode.InvalidParameter, "Send 'account' or 'newAccount', not both.");
        if (!IsName(request.Name ?? request.NewAccount))
            return new Refusal(ErrorCode.InvalidParameter, $"'name' says what the key is for, in 1 to {LongestName} characters, none of them a control character.");
        if (request.NewAccount is { } account && !IsName(account))
            return new Refusal(ErrorCode.InvalidParameter, $"'newAccount' is the name of the account, 1 to {LongestName} characters, none of them a control character.");
        if (request.ExpiresIn is < 1 or > LongestSeconds)
            return new Refusal(ErrorCode.InvalidParameter, $"'expiresIn' is a number of seconds from 1 to {LongestSeconds}. Leave it out for a key that does not expire.");
        if (request.Scopes is not { } scopes)
            return null;
        if (scopes.Count == 0 || scopes.Except(Scopes.All).FirstOrDefault() is { })
            return new Refusal(ErrorCode.InvalidParameter, $"'scopes' takes one or more of {string.Join(", ", Scopes.All)}. Leave it out for all that the calling key may do.");
        return scopes.Except(caller.Scopes).FirstOrDefault() is { } missing
            ? new Refusal(ErrorCode.InsufficientScope, $"The calling key lacks the scope {missing}, so it cannot give it to another.")
            : null;
    }

    private static bool IsName(string? text) => text is { Length: >= 1 and <= LongestName } && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    private static async ValueTask<Account?> OwnerAsync(CreateApiKeyRequest request, HttpContext http, NetworkEngine engine, CancellationToken cancellation) =>
        request.Account is not { } text ? await engine.Read.AccountAsync(http.Caller().Account, cancellation)
        : AccountAddress.TryParse(text, out var address) ? await engine.Read.AccountAsync(address, cancellation)
        : null;

    private static ApiKeyView View(ApiKey key, AccountAddress account, NetworkEngine engine, TimeProvider time) => new()
    {
        Id = engine.Addresses.ApiKey(key.Key).ToString(),
        Name = key.Name,
        Account = account,
        Status = key.IsValid(time.GetUtcNow()) ? "active" : "expired",
        Scopes = key.Scopes,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
    };
}
