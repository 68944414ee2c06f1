using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Makes a vault: credits of an account that are kept apart, to pay for deployments.</summary>
public sealed record CreateVault(long Account, AccountAddress Address, string Name) : Command<Account>
{
    public const int LongestName = 100;

    public override Outcome<Account> Decide(Draft draft)
    {
        if (Name.Length is 0 or > LongestName || Name.Any(char.IsControl))
            return new Refusal(ErrorCode.InvalidParameter, $"'name' says what the vault is for, in 1 to {LongestName} characters, none of them a control character.");
        var vault = new Account { Key = draft.Next.Account, Address = Address, Role = AccountRole.Vault, Owner = Account, Name = Name, CreatedAt = draft.Now };
        draft.Put(vault);
        draft.Record(new Entry { Kind = EntryKind.AccountCreated, Account = vault.Key });
        return draft.Account(vault.Key)!;
    }
}

/// <summary>Makes a deployment together with a vault that pays for it.</summary>
public sealed record CreateDeploymentWithVault(CreateVault Vault, long Account, NewDeployment New) : Command<Deployment>
{
    public override Outcome<Deployment> Decide(Draft draft)
    {
        var vault = Vault.Decide(draft);
        return vault.IsRefused ? vault.Refusal : new CreateDeployment(Account, New with { Vault = vault.Value.Key }).Decide(draft);
    }
}

/// <summary>Moves credits between an account's balance and one of its vaults.</summary>
/// <param name="Account">The account.</param>
/// <param name="Vault">The vault.</param>
/// <param name="Amount">How many; null: all that the vault has to spend, where they are withdrawn.</param>
/// <param name="IsWithdrawal">Whether they come from the vault.</param>
public sealed record MoveCredits(long Account, AccountAddress Vault, Credits? Amount, bool IsWithdrawal) : Command<MovedCredits>
{
    public override Outcome<MovedCredits> Decide(Draft draft)
    {
        if (draft.Account(Vault) is not { Role: AccountRole.Vault } vault || vault.Owner != Account)
            return new Refusal(ErrorCode.VaultNotFound, $"There is no vault {Vault} on your account. GET /api/deployments/vaults lists yours; your own balance is topped up by the network's operator.");
        if (!IsWithdrawal && !draft.Account(Account)!.Caps.IsEmpty)
            return new Refusal(ErrorCode.CapReached, "Your account has caps, which count what it spends itself, so it cannot put credits into vaults. Have the caps taken away, or let your balance pay.");
        var (from, to) = IsWithdrawal ? (vault, draft.Account(Account)!) : (draft.Account(Account)!, vault);
        if ((Amount ?? (IsWithdrawal ? vault.Available : null)) is not { } amount)
            return new Refusal(ErrorCode.InvalidParameter, "'amount' is missing: how many credits, in USD.");
        if (Amount is null && amount == Credits.Zero)
            return new Refusal(ErrorCode.InsufficientCredits, "Vault has no funds to withdraw.");
        if (amount <= Credits.Zero)
            return new Refusal(ErrorCode.InvalidParameter, $"'amount' is above $0, not {amount}.");
        if (from.Available < amount)
            return JobRefusals.InsufficientCredits(from.Available, amount);
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.CreditsMoved,
            Account = from.Key,
            Payee = to.Key,
            Amount = amount,
            Postings = Postings.Move(from.Key, to.Key, amount),
        });
        return new MovedCredits(tx, amount, draft.Account(vault.Key)!);
    }
}

/// <summary>The answer to <see cref="MoveCredits"/>.</summary>
public sealed record MovedCredits(Tx Tx, Credits Amount, Account Vault);
