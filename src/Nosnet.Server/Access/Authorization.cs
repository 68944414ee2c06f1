using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Lets in whom the route's <see cref="AccessRule"/> lets in.</summary>
internal sealed class Authorization(RequestDelegate next)
{
    private const string KeyHint = "Send a key as 'Authorization: Bearer nos_…'.";
    private const string NodeHint = "Send the node's token as 'Authorization: Bearer …' (POST /api/nodes/token gives one).";

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
            return next(http);
        var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? throw new InvalidOperationException($"The route {endpoint.RoutePattern.RawText} does not say who may call it.");
        if (Refusal(rule, http.Identity()) is not { } refusal)
            return next(http);
        if (refusal.Code == ErrorCode.InsufficientScope)
            http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{rule.Scope}\"";
        return ErrorAnswers.WriteAsync(http, refusal);
    }

    private static Refusal? Refusal(AccessRule rule, Identity identity) => rule.Callers switch
    {
        Callers.Anybody => null,
        Callers.KeyOrNode => identity.Key is not null || identity.Node is not null ? null : Unauthenticated(identity, "This needs an API key.", KeyHint),
        Callers.Node => identity.Node is not null ? null : Unauthenticated(identity, "Only nodes call this.", NodeHint),
        Callers.KeyOrWallet when identity.Wallet is not null => null,
        Callers.KeyOrWallet when identity.Key is null => Unauthenticated(identity, "This needs an API key, or a wallet's signature.", KeyHint),
        Callers.Operator => identity.Key is null ? Unauthenticated(identity, "This needs the operator's API key.", KeyHint) : OperatorRefusal(identity.Key),
        _ => identity.Key is null ? Unauthenticated(identity, "This needs an API key.", KeyHint)
            : rule.Scope is null || identity.Key.Scopes.Contains(rule.Scope) ? null
            : new Refusal(ErrorCode.InsufficientScope, $"The API key '{identity.Key.Name}' may not do this: it lacks the scope {rule.Scope}. Use a key that has it."),
    };

    /// <summary>A key that the operator made with few scopes, for a node say, must not be able to give itself credits.</summary>
    private static Refusal? OperatorRefusal(ApiKey key) =>
        key.Account != OperatorAccount.Key ? new Refusal(ErrorCode.OperatorOnly, "Only the operator of this network may do this, with a key of the operator's account.")
        : key.HasBudget ? new Refusal(ErrorCode.OperatorOnly, "A key with caps may not do this: it could give itself what they keep from it. Use a key of the operator's account that never had any.")
        : Scopes.All.Except(key.Scopes).Any() ? new Refusal(ErrorCode.OperatorOnly, "Only a key of the operator's account that has every scope may do this.")
        : null;

    private static Refusal Unauthenticated(Identity identity, string need, string hint) =>
        new(ErrorCode.Unauthenticated, identity.Complaint is { } complaint ? $"{complaint} {hint}" : $"{need} {hint}");
}
