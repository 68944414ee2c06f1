using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What a route's JSON body is, for the description.</summary>
internal sealed record BodyType(Type Type);

/// <summary>The part of a multipart body that is a file, for the description.</summary>
internal sealed record FilePart(string Name);

/// <summary>A query parameter, for the description.</summary>
internal sealed record QueryParameter(string Name, string Description);

/// <summary>What a route says of itself.</summary>
internal static class RouteText
{
    public static RouteHandlerBuilder Does(this RouteHandlerBuilder route, string name, string summary, AccessRule access) =>
        route.WithName(name).WithSummary(summary).WithMetadata(access).Produces<ErrorBody>(StatusCodes.Status400BadRequest);

    /// <summary>Any server of the network serves it from the store; without this the one that writes does.</summary>
    public static RouteHandlerBuilder Anywhere(this RouteHandlerBuilder route) => route.WithMetadata(ServedAnywhere.Here);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route) => route.WithMetadata(new BodyType(typeof(T)));

    /// <summary>Its body may have so many bytes; without this as many as JSON may.</summary>
    public static RouteHandlerBuilder TakesUpTo(this RouteHandlerBuilder route, long bytes) => route.WithMetadata(new BodyLimit(bytes));

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder route) => route.Produces<T>();

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description) => route.WithMetadata(new QueryParameter(name, description));
}
