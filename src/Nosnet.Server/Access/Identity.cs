using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Who calls, as far as the request proves it.</summary>
internal sealed record Identity
{
    public static readonly Identity Anonymous = new();

    public ApiKey? Key { get; private init; }
    public NodeAddress? Node { get; private init; }

    /// <summary>Why the credentials that were sent prove nothing; null where none were sent or where they hold.</summary>
    public string? Complaint { get; private init; }

    public static Identity Of(ApiKey key) => new() { Key = key };
    public static Identity Of(NodeAddress node) => new() { Node = node };
    public static Identity Unproven(string complaint) => new() { Complaint = complaint };
}

internal static class Identities
{
    public static Identity Identity(this HttpContext http) => http.Features.Get<Identity>() ?? Server.Identity.Anonymous;

    /// <summary>The key with which a route was called that lets nobody in without one.</summary>
    public static ApiKey ApiKey(this HttpContext http) => http.Identity().Key ?? throw new InvalidOperationException("The route does not ask for an API key.");

    public static Caller Caller(this HttpContext http) => new(http.ApiKey().Account);

    /// <summary>The node that called a route that lets only nodes in.</summary>
    public static NodeAddress CallingNode(this HttpContext http) => http.Identity().Node ?? throw new InvalidOperationException("The route does not ask for a node.");
}
