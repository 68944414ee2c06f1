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

    /// <summary>The account whose wallet signed.</summary>
    public long? Wallet { get; private init; }

    /// <summary>The account on whose behalf the request comes; null where it comes on nobody's, or on a node's.</summary>
    public long? Account => Key?.Account ?? Wallet;

    /// <summary>Why the credentials that were sent prove nothing; null where none were sent or where they hold.</summary>
    public string? Complaint { get; private init; }

    public static Identity Of(ApiKey key) => new() { Key = key };
    public static Identity Of(NodeAddress node) => new() { Node = node };
    public static Identity OfWallet(long account) => new() { Wallet = account };
    public static Identity Unproven(string complaint) => new() { Complaint = complaint };
}

internal static class Identities
{
    public static Identity Identity(this HttpContext http) => http.Features.Get<Identity>() ?? Server.Identity.Anonymous;

    /// <summary>The key with which a route was called that lets nobody in without one.</summary>
    public static ApiKey ApiKey(this HttpContext http) => http.Identity().Key ?? throw new InvalidOperationException("The route does not ask for an API key.");

    public static Caller Caller(this HttpContext http) => http.Identity() switch
    {
        { Key: { } key } => Of(key),
        { Wallet: { } account } => new(account),
        _ => throw new InvalidOperationException("The route does not ask for an account."),
    };

    private static Caller Of(ApiKey key) => new(key.Account, key.HasBudget ? key.Key : 0);

    /// <summary>The node that called a route that lets only nodes in.</summary>
    public static NodeAddress CallingNode(this HttpContext http) => http.Identity().Node ?? throw new InvalidOperationException("The route does not ask for a node.");
}
