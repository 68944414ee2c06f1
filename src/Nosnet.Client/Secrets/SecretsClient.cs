using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>
/// The account's secrets, which a job's definition names as <c>%%secrets.NAME%%</c>. Only a node that runs such a job gets their values.
/// Needs a key with the scope <c>secrets:manage</c>. Nosnet networks have them; others answer that there is no such route.
/// </summary>
public sealed class SecretsClient
{
    private readonly Api _api;

    internal SecretsClient(Api api) => _api = api;

    /// <summary>The secrets by name. Their values are never shown.</summary>
    public async Task<IReadOnlyList<SecretView>> ListAsync(CancellationToken cancellationToken = default) =>
        await _api.Transport.AnswerAsync(_api.Get($"secrets"), WireJson.Reading.IReadOnlyListSecretView, cancellationToken).ConfigureAwait(false);

    /// <summary>Keeps a secret, in place of the one of that name. Jobs that run already go on with the value that they have.</summary>
    /// <param name="name">Its name, see <see cref="SecretNames.IsValid"/>.</param>
    /// <param name="value">Its value, see <see cref="SecretRequest.Value"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<SecretView> SetAsync(string name, string value, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        var call = _api.Once(_api.Put($"secrets/{name}")).With(new SecretRequest { Value = value }, WireJson.Writing.SecretRequest);
        return _api.Transport.AnswerAsync(call, WireJson.Reading.SecretView, cancellationToken);
    }

    /// <summary>Removes a secret. Jobs that name it and have not begun will fail.</summary>
    /// <exception cref="NosanaNotFoundException">The account has no such secret.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return _api.Transport.DoneAsync(_api.Once(_api.Delete($"secrets/{name}")), cancellationToken);
    }
}
