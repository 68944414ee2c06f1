namespace Nosnet.Client;

/// <summary>Makes the calls to the routes under <c>/api</c>.</summary>
internal sealed record Api(Transport Transport)
{
    public Connection Connection => Transport.Connection;

    public Call Get(FormattableString path) => To(HttpMethod.Get, path);

    public Call Post(FormattableString path) => To(HttpMethod.Post, path);

    public Call Put(FormattableString path) => To(HttpMethod.Put, path);

    public Call Patch(FormattableString path) => To(HttpMethod.Patch, path);

    public Call Delete(FormattableString path) => To(HttpMethod.Delete, path);

    /// <summary>
    /// The same write, to be carried out once under a key: the caller's own, or a new one. Official networks are sent it too, but not
    /// all of them keep to it, so there a write whose answer was lost is not sent again.
    /// </summary>
    public Call Once(Call call, string? key = null) => call with
    {
        // Of version 7, since keys that grow with time cost a network the least to keep.
        IdempotencyKey = key ?? Guid.CreateVersion7(Connection.Time.GetUtcNow()).ToString(),
        IsCarriedOutOnce = Connection.Network.IsNosnet,
    };

    /// <summary>The call to a path below <c>/api/</c>, every hole of which is escaped.</summary>
    private Call To(HttpMethod method, FormattableString path)
    {
        var escaped = path.GetArguments().Select(a => (object)Uri.EscapeDataString(a?.ToString() ?? "")).ToArray();
        var relative = "api/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path.Format, escaped);
        return new Call(method, new Uri(Connection.BaseUrl, relative)) { Token = Connection.ApiKey };
    }
}
