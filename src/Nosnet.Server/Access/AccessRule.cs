namespace Nosnet.Server;

/// <summary>Who may call a route. Every route says it, or is not served.</summary>
internal sealed record AccessRule(Callers Callers, string? Scope = null)
{
    public static readonly AccessRule Open = new(Callers.Anybody);
    public static readonly AccessRule Operator = new(Callers.Operator);
    public static readonly AccessRule Node = new(Callers.Node);
    public static readonly AccessRule KeyOrNode = new(Callers.KeyOrNode);

    public static AccessRule Key(string scope) => new(Callers.Key, scope);

    /// <summary>For API keys of a scope, and for wallets, whose signature stands for all that their account may do.</summary>
    public static AccessRule Owner(string scope) => new(Callers.KeyOrWallet, scope);
}

internal enum Callers
{
    Anybody,
    Key,
    KeyOrWallet,
    Operator,
    Node,
    KeyOrNode,
}
