using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/deployments/vaults</c></summary>
internal static class VaultEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        var vaults = await engine.Read.VaultsAsync(account.Key, cancellation);
        return Answers.Ok([Shown(account, account), .. vaults.Select(v => Shown(v, account))], ProtocolJson.Default.IReadOnlyListVaultView);
    }

    public static async Task<IResult> CreateAsync(HttpContext http, NetworkEngine engine, Vaults vaults, CancellationToken cancellation)
    {
        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.CreateVaultRequest, absent: new CreateVaultRequest());
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var request = read.Value;

        // Official clients ask for the one vault that there is.
        if (request.Name is null)
            return Answers.Ok(Shown(account, account), ProtocolJson.Default.VaultView);
        return await http.CarryAsync(engine, new CreateVault(account.Key, vaults.NewAddress(), request.Name), made => Shown(made, account), ProtocolJson.Default.VaultView, cancellation);
    }

    public static Task<IResult> TopUpAsync(string vault, HttpContext http, NetworkEngine engine, CancellationToken cancellation) =>
        MoveAsync(vault, isWithdrawal: false, http, engine, cancellation);

    public static Task<IResult> WithdrawAsync(string vault, HttpContext http, NetworkEngine engine, CancellationToken cancellation) =>
        MoveAsync(vault, isWithdrawal: true, http, engine, cancellation);

    private static async Task<IResult> MoveAsync(string vault, bool isWithdrawal, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.MoveCreditsRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (!AccountAddress.TryParse(vault, out var address))
            return Answers.Refuse(Vaults.NoVault(vault));
        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        return await http.CarryAsync(
            engine, new MoveCredits(account.Key, address, read.Value.Amount, isWithdrawal), moved => new CreditsMoved { Transaction = moved.Tx.ToString(), Amount = moved.Amount, Vault = Shown(moved.Vault, account) },
            ProtocolJson.Default.CreditsMoved, cancellation);
    }

    private static VaultView Shown(Account vault, Account owner) => new()
    {
        Vault = vault.Address,
        Owner = owner.Address,
        CreatedAt = vault.CreatedAt,
        Name = vault.Key == owner.Key ? "" : vault.Name,
        Available = vault.Available,
        Reserved = vault.Reserved,
    };
}
