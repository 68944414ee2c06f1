using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Makes an account for a user.</summary>
public sealed record CreateAccount(AccountAddress Address, string Name) : Command<Account>
{
    public override Outcome<Account> Decide(Draft draft)
    {
        if (draft.Account(Address) is not null)
            return new Refusal(ErrorCode.NameTaken, $"There is already an account {Address}.");
        var account = new Account { Key = draft.Next.Account, Address = Address, Role = AccountRole.User, Name = Name, CreatedAt = draft.Now };
        draft.Put(account);
        draft.Record(new Entry { Kind = EntryKind.AccountCreated, Account = account.Key });
        return draft.Account(account.Key)!;
    }
}

/// <summary>Makes an API key for an account.</summary>
public sealed record CreateApiKey(long Account, Bytes32 Hash, string Name, IReadOnlyList<string> Scopes, TimeSpan? ExpiresIn) : Command<ApiKey>
{
    /// <summary>What it may hold and spend.</summary>
    public SpendingCaps Caps { get; init; } = SpendingCaps.None;

    public override Outcome<ApiKey> Decide(Draft draft)
    {
        if (CapAccount.Mistake(Caps) is { } mistake)
            return mistake;
        var key = new ApiKey
        {
            Key = draft.Next.ApiKey,
            Hash = Hash,
            Account = Account,
            Name = Name,
            Scopes = Scopes,
            CreatedAt = draft.Now,
            ExpiresAt = draft.Now + ExpiresIn,
            HasBudget = !Caps.IsEmpty,
        };
        draft.Put(key);
        if (key.HasBudget)
            draft.Put(new Budget { Key = key.Key, Caps = Caps });
        draft.Record(new Entry { Kind = EntryKind.ApiKeyCreated, Account = Account, Subject = key.Key });
        return key;
    }
}

/// <summary>Makes an account for a user together with its first API key, so that there is never one without the other.</summary>
public sealed record OpenAccount(AccountAddress Address, string Name, Bytes32 Hash, string KeyName, IReadOnlyList<string> Scopes, TimeSpan? ExpiresIn) : Command<ApiKey>
{
    /// <summary>What the key may hold and spend.</summary>
    public SpendingCaps Caps { get; init; } = SpendingCaps.None;

    public override Outcome<ApiKey> Decide(Draft draft)
    {
        var account = new CreateAccount(Address, Name).Decide(draft);
        return account.IsRefused ? account.Refusal : new CreateApiKey(account.Value.Key, Hash, KeyName, Scopes, ExpiresIn) { Caps = Caps }.Decide(draft);
    }
}

/// <summary>Removes an API key for good.</summary>
public sealed record DeleteApiKey(Caller Caller, Bytes32 Id) : Command<DeletedApiKey>
{
    public override Outcome<DeletedApiKey> Decide(Draft draft)
    {
        if (!draft.Addresses.TryApiKey(Id, out var key) || draft.ApiKey(key) is not { } row || (row.Account != Caller.Account && !Caller.IsOperator))
            return new Refusal(ErrorCode.ApiKeyNotFound, $"There is no API key {Id} on your account. GET /api/api-keys lists yours.");
        draft.Remove(row);
        draft.Record(new Entry { Kind = EntryKind.ApiKeyDeleted, Account = row.Account, Subject = row.Key });
        return new DeletedApiKey(row, draft.Account(row.Account)!.Address);
    }
}

/// <summary>The answer to <see cref="DeleteApiKey"/>.</summary>
public sealed record DeletedApiKey(ApiKey Key, AccountAddress Owner);
