using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The account's vaults.</summary>
public sealed class VaultsClient
{
    private readonly Api _api;

    internal VaultsClient(Api api) => _api = api;

    /// <summary>The vaults, the account's own balance first.</summary>
    public async Task<IReadOnlyList<Vault>> ListAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"deployments/vaults");
        var json = await _api.Transport.JsonAsync(call, cancellationToken).ConfigureAwait(false);
        return json.ValueKind == JsonValueKind.Array
            ? [.. json.EnumerateArray().Select(v => DeploymentReading.Vault(new WireObject(v))).OfType<Vault>()]
            : throw Answers.Unreadable(call, "it is no list");
    }

    /// <summary>Makes a vault. Nosnet networks only: official ones have one per account, and answer with that.</summary>
    /// <param name="name">What it is for, 1 to 100 characters.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have been made all the same.</param>
    public async Task<Vault> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var call = _api.Once(_api.Post($"deployments/vaults/create")).With(new CreateVaultRequest { Name = name }, WireJson.Writing.CreateVaultRequest);
        return DeploymentReading.Vault(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) ?? throw Answers.Unreadable(call, "the vault has no address");
    }

    /// <summary>Moves credits from the account's balance to a vault. Nosnet networks only.</summary>
    /// <exception cref="NosanaInsufficientCreditsException">The balance is less than that.</exception>
    public Task<CreditsMoved> TopUpAsync(AccountAddress vault, Credits amount, CancellationToken cancellationToken = default) =>
        MoveAsync(_api.Post($"deployments/vaults/{vault}/topup"), amount, cancellationToken);

    /// <summary>Moves credits from a vault back to the account's balance. Nosnet networks only.</summary>
    /// <param name="vault">The vault.</param>
    /// <param name="amount">How many; all that is not held for jobs unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; they may have been moved all the same.</param>
    /// <exception cref="NosanaInsufficientCreditsException">The vault has less than that.</exception>
    public Task<CreditsMoved> WithdrawAsync(AccountAddress vault, Credits? amount = null, CancellationToken cancellationToken = default) =>
        MoveAsync(_api.Post($"deployments/vaults/{vault}/withdraw"), amount, cancellationToken);

    private Task<CreditsMoved> MoveAsync(Call call, Credits? amount, CancellationToken cancellation) =>
        _api.Transport.AnswerAsync(
            _api.Once(call).With(new MoveCreditsRequest { Amount = amount }, WireJson.Writing.MoveCreditsRequest), WireJson.Reading.CreditsMoved, cancellation);
}
