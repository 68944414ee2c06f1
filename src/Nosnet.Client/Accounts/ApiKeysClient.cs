using System.Text.Json;

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
        var call = _api.Post($"api-keys").With(key.ToRequest(), WireJson.Writing.CreateApiKeyRequest);
        return ApiKey.Read(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) is { Key: not null } made
            ? made
            : throw Answers.Unreadable(call, "it shows no key");
    }

    /// <summary>Removes a key; it stops working at once.</summary>
    /// <exception cref="NosanaNotFoundException">The account has no such key.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return _api.Transport.DoneAsync(_api.Post($"api-keys/{id}/delete"), cancellationToken);
    }
}
