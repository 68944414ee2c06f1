using System.Net;

namespace Nosnet.Node;

/// <summary>Where a node listens: not on a port, but at the server that it dials.</summary>
/// <param name="Server">The WebSocket URL to dial.</param>
internal sealed class TunnelEndPoint(Uri server) : EndPoint
{
    public Uri Server => server;

    public override string ToString() => $"tunnel to {server}";
}
