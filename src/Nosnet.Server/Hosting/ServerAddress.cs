using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Nosnet.Server;

/// <summary>Where the server answers, once it listens.</summary>
internal sealed class ServerAddress(IServer server, ServerOptions options)
{
    /// <summary>The first URL it listens on, with the real port and a host that can be dialled.</summary>
    public string Bound
    {
        get
        {
            var uri = new Uri(First());
            return uri.Host is "0.0.0.0" or "[::]" ? $"{uri.Scheme}://127.0.0.1:{uri.Port}" : uri.GetLeftPart(UriPartial.Authority);
        }
    }

    /// <summary>The URL under which others know this server.</summary>
    public string Public => options.PublicUrl?.TrimEnd('/') ?? Bound;

    /// <summary>Where the other servers of the network reach this one.</summary>
    public string Internal => options.InternalUrl?.TrimEnd('/') ?? Bound;

    /// <summary>The domain under which exposed ports answer, with its port where it has one.</summary>
    public string EndpointDomain => options.EndpointDomain ?? $"localhost:{Known.Port}";

    private Uri Known => new(options.PublicUrl ?? Bound);

    /// <summary>The URL of one exposed port.</summary>
    public string Endpoint(string id) => $"{Known.Scheme}://{id}.{EndpointDomain}";

    private string First() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? throw new InvalidOperationException("The server does not listen yet.");
}
