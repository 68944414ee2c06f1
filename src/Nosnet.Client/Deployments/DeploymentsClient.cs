using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Deployments: jobs that are kept by a strategy. Make, find and change them.</summary>
public sealed class DeploymentsClient
{
    private readonly Api _api;

    internal DeploymentsClient(Api api)
    {
        _api = api;
        Vaults = new VaultsClient(api);
    }

    /// <summary>The account's vaults.</summary>
    public VaultsClient Vaults { get; }

    /// <summary>Makes a deployment. Its definition is pinned as revision 1, unless it is confidential.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.InvalidDefinition"/>: the definition cannot be run.</exception>
    public async Task<Deployment> CreateAsync(CreateDeployment deployment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return await DeploymentAsync(_api.Once(_api.Post($"deployments/create")).With(deployment.ToRequest(), WireJson.Writing.CreateDeploymentRequest), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A handle on a deployment. Asks nothing.</summary>
    public DeploymentHandle Handle(DeploymentAddress address) => new(_api, address);

    /// <summary>The deployment as it stands.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such deployment, or it belongs to another account.</exception>
    public Task<Deployment> GetAsync(DeploymentAddress address, CancellationToken cancellationToken = default) =>
        DeploymentAsync(_api.Get($"deployments/{address}"), cancellationToken);

    /// <summary>The account's deployments, newest first unless told.</summary>
    public Paged<Deployment> ListAsync(DeploymentFilter? filter = null) => DeploymentPaging.List(_api, "deployments", DeploymentReading.Deployment, cursor => _api.Get($"deployments").With(
        ("search", filter?.Search), ("name", filter?.Name), ("status", filter?.StatusWords), ("strategy", filter?.StrategyWords), ("vault", filter?.Vault),
        ("sort_order", filter?.OldestFirst is true ? "asc" : null), ("limit", filter?.PageSize), ("cursor", cursor)));

    /// <summary>
    /// Makes the deployment of this name what is wanted, and does nothing where it is that already: made where there is none, changed where it
    /// differs, started where <see cref="CreateDeployment.Autostart"/> says so. A definition that differs becomes a new revision.
    /// </summary>
    /// <exception cref="NosanaException">What differs cannot be changed, or several deployments have the name.</exception>
    public Task<AppliedDeployment> ApplyAsync(CreateDeployment wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return DeploymentApplying.ApplyAsync(this, wanted, cancellationToken);
    }

    private async Task<Deployment> DeploymentAsync(Call call, CancellationToken cancellation) =>
        DeploymentReading.Deployment(await _api.Transport.ObjectAsync(call, cancellation).ConfigureAwait(false))
            ?? throw Answers.Unreadable(call, "the deployment has no id");
}

/// <summary>Lists as the routes of deployments give them in pages.</summary>
internal static class DeploymentPaging
{
    public static Paged<T> List<T>(Api api, string items, Func<WireObject, T?> read, Func<string?, Call> call)
        where T : class =>
        new(async (cursor, cancellation) =>
        {
            var asked = call(cursor);
            var page = await api.Transport.ObjectAsync(asked, cancellation).ConfigureAwait(false);
            if (!page.Json.TryGetProperty(items, out var list) || list.ValueKind != JsonValueKind.Array)
                throw Answers.Unreadable(asked, $"it has no list of {items}");
            var place = page.Object("pagination");
            return new Page<T>([.. page.Objects(items).Select(read).OfType<T>()], place?.Text("cursor_next"))
            {
                PreviousCursor = place?.Text("cursor_prev"),
                TotalItems = place?.Integer("total_items"),
            };
        });
}
