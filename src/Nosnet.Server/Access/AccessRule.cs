namespace Nosnet.Server;

/// <summary>Who may call a route. Every route says it, or is not served.</summary>
internal sealed record AccessRule(Callers Callers, string? Scope = null)
{
    public static readonly AccessRule Open = new(Callers.Anybody);
    public static readonly AccessRule Operator = new(Callers.Operator);
    public static readonly AccessRule Node = new(Callers.Node);
    public static readonly AccessRule KeyOrNode = new(Callers.KeyOrNode);

    public static AccessRule Key(string scope) => new(Callers.Key, scope);
}

internal enum Callers
{
    Anybody,
    Key,
    Operator,
    Node,
    KeyOrNode,
}
