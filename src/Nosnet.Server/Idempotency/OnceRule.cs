using Microsoft.AspNetCore.Builder;

namespace Nosnet.Server;

/// <summary>That a route takes an Idempotency-Key.</summary>
/// <param name="IsRequired">Whether it does nothing without one.</param>
/// <param name="IsSecret">Whether its answer tells a secret, so that it is kept sealed.</param>
internal sealed record OnceRule(bool IsRequired, bool IsSecret);

internal static class OnceRules
{
    /// <summary>The route is carried out once per Idempotency-Key, where the request has one.</summary>
    public static RouteHandlerBuilder Once(this RouteHandlerBuilder route, bool isRequired = false, bool isSecret = false) =>
        route.WithMetadata(new OnceRule(isRequired, isSecret));
}
