using Microsoft.AspNetCore.Http;

namespace Nosnet.Server;

/// <summary>Finds out who calls. It turns nobody away: whether the route asks for more is for <see cref="Authorization"/> to say.</summary>
internal sealed class Authentication(RequestDelegate next, KeyRing keys, NodeTokens tokens, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        http.Features.Set(await IdentifyAsync(http));
        await next(http);
    }

    private async ValueTask<Identity> IdentifyAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return Identity.Anonymous;
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Identity.Unproven("The Authorization header is not of the form 'Bearer nos_…'.");
        var text = header[Scheme.Length..].Trim();
        if (NodeTokens.IsToken(text))
            return tokens.Node(text) is { } node ? Identity.Of(node) : Identity.Unproven("The node's token is not valid or has run out. Ask for a new one (POST /api/nodes/token).");
        if (text.Length == 0)
            return Identity.Unproven("The Authorization header holds an empty key.");
        if (!KeyText.IsWellFormed(text))
            return Identity.Unproven("What the Authorization header holds is no API key of this network; one begins with nos_.");
        return await keys.FindAsync(text, http.RequestAborted) switch
        {
            null => Identity.Unproven("The API key is not known here, or was removed."),
            var key when !key.IsValid(time.GetUtcNow()) => Identity.Unproven("The API key has expired. Make a new one (POST /api/api-keys)."),
            var key => Identity.Of(key),
        };
    }
}
