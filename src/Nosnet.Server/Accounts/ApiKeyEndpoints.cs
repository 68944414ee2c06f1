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
        var views = new List<ApiKeyView>(keys.Count);
        foreach (var key in keys)
            views.Add(View(key, address, engine, time) with { Caps = CapsOf(key.HasBudget ? await engine.Read.BudgetAsync(key.Key, cancellation) : null) });
        return Answers.Ok(views, ProtocolJson.Default.IReadOnlyListApiKeyView);
    }

    public static async Task<IResult> CreateAsync(
        HttpContext http, NetworkEngine engine, NetworkSecret secret, KeyRing ring, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.CreateApiKeyRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var request = read.Value;
        if (Check(request, http.ApiKey(), time.GetUtcNow()) is { } refusal)
            return Answers.Refuse(refusal);
        if (http.ApiKey().HasBudget && CapsOf(await engine.Read.BudgetAsync(http.ApiKey().Key, cancellation)) is not null)
            return Answers.Refuse(ErrorCode.CapReached, "An API key that has caps makes no others. Use one that has none.");

        var name = request.Name ?? request.NewAccount!;
        var scopes = request.Scopes is { } asked ? [.. asked.Distinct()] : http.ApiKey().Scopes;
        var lifetime = request.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var caps = request.Caps ?? SpendingCaps.None;
        var text = KeyText.New();
        Command<ApiKey> command;
        AccountAddress owner;
        if (request.NewAccount is { } newAccount)
        {
            if (request.Account is not { } wallet)
                owner = secret.NewAccount();
            else if (!AccountAddress.TryParse(wallet, out owner))
                return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(wallet)}' is not a wallet's address; one is 32 bytes in base58. Leave 'account' out to have one made.");
            command = new OpenAccount(owner, newAccount, KeyText.Hash(text), name, scopes, lifetime) { Caps = caps };
        }
        else
        {
            var account = await OwnerAsync(request, http, engine, cancellation);
            if (account is null)
                return Answers.Refuse(ErrorCode.AccountNotFound, $"There is no account '{PathValues.Shown(request.Account!)}'. Pass 'newAccount' with a name to make one.");
            if ((await engine.Read.ApiKeysAsync(account.Key, cancellation)).Count >= MostKeys)
                return Answers.Refuse(ErrorCode.InvalidParameter, $"An account has {MostKeys} API keys at most. Remove those that nobody uses (DELETE /api/api-keys/{{id}}).");
            owner = account.Address;
            command = new CreateApiKey(account.Key, KeyText.Hash(text), name, scopes, lifetime) { Caps = caps };
        }

        var answer = await http.CarryAsync(engine, command, made => Created(View(made, owner, engine, time), text, caps), ProtocolJson.Default.ApiKeyCreated, cancellation);
        ring.Forget();
        return answer;
    }

    public static async Task<IResult> DeleteAsync(string id, HttpContext http, NetworkEngine engine, KeyRing ring, TimeProvider time, CancellationToken cancellation)
    {
        if (!Bytes32.TryParseBase58(id, out var parsed))
            return Answers.Refuse(ErrorCode.ApiKeyNotFound, $"'{PathValues.Shown(id)}' is not the id of an API key. GET /api/api-keys lists yours.");
        var answer = await http.CarryAsync(
            engine, new DeleteApiKey(http.Caller(), parsed), d => View(d.Key, d.Owner, engine, time) with { Status = "disabled" }, ProtocolJson.Default.ApiKeyView, cancellation);
        // Before the answer, so that whoever has it knows that the key opens nothing any more.
        ring.Forget();
        return answer;
    }

    public static async Task<IResult> CapAsync(string id, HttpContext http, NetworkEngine engine, KeyRing ring, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.SpendingCaps);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (!Bytes32.TryParseBase58(id, out var parsed))
            return Answers.Refuse(ErrorCode.ApiKeyNotFound, $"'{PathValues.Shown(id)}' is not the id of an API key. GET /api/api-keys lists yours.");
        var answer = await http.CarryAsync(
            engine, new CapApiKey(http.Caller(), parsed, read.Value), c => View(c.Key, c.Owner, engine, time) with { Caps = CapsOf(c.Budget) }, ProtocolJson.Default.ApiKeyView, cancellation);
        // Before the answer, so that whoever has it knows that what is posted from now on counts.
        ring.Forget();
        return answer;
    }

    private static Refusal? Check(CreateApiKeyRequest request, ApiKey caller, DateTimeOffset now)
    {
        if ((request.NewAccount is not null || request.Account is not null) && (caller.Account != OperatorAccount.Key || Scopes.All.Except(caller.Scopes).Any()))
            return new Refusal(ErrorCode.OperatorOnly, "Only the operator, with a key that has every scope, makes keys for other accounts. Leave 'account' and 'newAccount' out to make one for yours.");
        if (!IsName(request.Name ?? request.NewAccount))
            return new Refusal(ErrorCode.InvalidParameter, $"'name' says what the key is for, in 1 to {LongestName} characters, none of them a control character.");
        if (request.NewAccount is { } account && !IsName(account))
            return new Refusal(ErrorCode.InvalidParameter, $"'newAccount' is the name of the account, 1 to {LongestName} characters, none of them a control character.");
        if (request.ExpiresIn is < 1 or > LongestSeconds)
            return new Refusal(ErrorCode.InvalidParameter, $"'expiresIn' is a number of seconds from 1 to {LongestSeconds}. Leave it out for a key that does not expire.");
        if (caller.ExpiresAt is { } end && (request.ExpiresIn is not { } asked || now.AddSeconds(asked) > end))
        {
            return new Refusal(ErrorCode.InvalidParameter,
                $"The calling key expires at {end:yyyy-MM-dd HH:mm:ss} UTC, and cannot make one that outlives it: send 'expiresIn' with at most {Math.Max(0, (long)(end - now).TotalSeconds)} seconds.");
        }

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

    private static SpendingCaps? CapsOf(Budget? budget) => budget is { Caps.IsEmpty: false } ? budget.Caps : null;

    private static ApiKeyCreated Created(ApiKeyView view, string text, SpendingCaps caps) => new()
    {
        Id = view.Id,
        Name = view.Name,
        Account = view.Account,
        Status = view.Status,
        Scopes = view.Scopes,
        CreatedAt = view.CreatedAt,
        ExpiresAt = view.ExpiresAt,
        Caps = caps.IsEmpty ? null : caps,
        Key = text,
    };

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
