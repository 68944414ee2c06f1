using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>API keys of the account. Needs a key with the scope <c>api-keys:manage</c>.</summary>
public sealed class ApiKeysClient
{
    private readonly Api _api;

    internal ApiKeysClient(Api api) => _api = api;

    /// <summary>The account's keys.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"api-keys");
        var json = await _api.Transport.JsonAsync(call, cancellationToken).ConfigureAwait(false);
        return json.ValueKind == JsonValueKind.Array
            ? [.. json.EnumerateArray().Select(k => ApiKey.Read(new WireObject(k))).OfType<ApiKey>()]
            : throw Answers.Unreadable(call, "it is no list");
    }

    /// <summary>Makes a key. The answer is the only place that shows it.</summary>
    public async Task<ApiKey> CreateAsync(NewApiKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var call = _api.Once(_api.Post($"api-keys")).With(key.ToRequest(), WireJson.Writing.CreateApiKeyRequest);
        return ApiKey.Read(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) is { Key: not null } made
            ? made
            : throw Answers.Unreadable(call, "it shows no key");
    }

    /// <summary>Gives a key caps in place of those that it has. What was posted with it before it had its first does not count. Nosnet networks only.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="caps">Its caps from now on; <see cref="SpendingCaps.None"/> takes all away.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have happened all the same.</param>
    /// <exception cref="NosanaNotFoundException">The account has no such key.</exception>
    public async Task<ApiKey> SetCapsAsync(string id, SpendingCaps caps, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(caps);
        var call = _api.Once(_api.Put($"api-keys/{id}/caps")).With(caps, WireJson.Writing.SpendingCaps);
        return ApiKey.Read(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) ?? throw Answers.Unreadable(call, "it has no id");
    }

    /// <summary>Removes a key; it stops working at once.</summary>
    /// <exception cref="NosanaNotFoundException">The account has no such key.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return _api.Transport.DoneAsync(_api.Once(_api.Post($"api-keys/{id}/delete")), cancellationToken);
    }
}
