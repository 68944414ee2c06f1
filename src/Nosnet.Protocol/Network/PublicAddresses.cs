using System.Net;
using System.Net.Sockets;

namespace Nosnet.Protocol;

/// <summary>Which addresses are the public internet's, and which are this machine's, its network's or nobody's.</summary>
public static class PublicAddresses
{
    // Private, shared, loopback, link-local (metadata services among them), documentation, benchmarks, multicast, reserved: RFC 6890 and after.
    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "3fff::/20",
        ]).Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Unicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Whether an address is the public internet's.</summary>
    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Addresses that stand for an address of the older kind lead where that one leads.
            if (Translated.Contains(address))
                return Contains(new IPAddress(address.GetAddressBytes().AsSpan(12, 4)));
            if (SixToFour.Contains(address))
                return Contains(new IPAddress(address.GetAddressBytes().AsSpan(2, 4)));
            if (!Unicast.Contains(address))
                return false;
        }
        return !NotPublic.Any(network => network.Contains(address));
    }
}
