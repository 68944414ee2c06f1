using System.Net;

namespace Nosnet.Protocol;

/// <summary>
/// Where a node or a server goes when strangers name the place: the public internet, the hubs that its operator set, and what its operator
/// allows besides. Decided by the address that is really connected to, so no name and no redirect leads past it.
/// </summary>
public sealed class OutboundRules
{
    private readonly HashSet<string> _hubs;
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> _networks = [];

    /// <summary>The rules of an operator.</summary>
    /// <param name="hubs">URLs of hubs; each is trusted with its port.</param>
    /// <param name="allowed">Names of hosts, with a port or without, addresses and networks.</param>
    /// <exception cref="FormatException">One of them is none of these.</exception>
    public OutboundRules(IEnumerable<Uri> hubs, IEnumerable<string> allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        _hubs = new(hubs.Select(hub => $"{hub.IdnHost}:{hub.Port}"), StringComparer.OrdinalIgnoreCase);
        foreach (var text in allowed)
        {
            if (IPNetwork.TryParse(text, out var network))
                _networks.Add(network);
            else if (IPAddress.TryParse(text, out var address))
                _networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (Uri.TryCreate($"http://{text}", UriKind.Absolute, out var host) && host.PathAndQuery == "/" && host.UserInfo.Length == 0)
                _hosts.Add(text.Contains(':') ? $"{host.IdnHost}:{host.Port}" : host.IdnHost);
            else
                throw new FormatException($"\"{text}\" is no host, host:port, address or network such as 10.0.0.0/8.");
        }
    }

    /// <summary>Whether a host of that name may be connected to at this address.</summary>
    public bool MayConnect(string host, int port, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _hubs.Contains($"{host}:{port}") || _hosts.Contains(host) || _hosts.Contains($"{host}:{port}")
            || _networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
            || PublicAddresses.Contains(address);
    }
}
