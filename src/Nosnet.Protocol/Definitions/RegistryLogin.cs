namespace Nosnet.Protocol;

/// <summary>A login at an image registry; "authentication.docker" on the wire.</summary>
public sealed record RegistryLogin
{
    /// <summary>The user.</summary>
    public string? Username { get; init; }

    /// <summary>The password or token.</summary>
    public string? Password { get; init; }

    /// <summary>The user's mail address, which old registries want.</summary>
    public string? Email { get; init; }

    /// <summary>The registry.</summary>
    public string? Server { get; init; }

    /// <summary>User and registry; never the password.</summary>
    public override string ToString() => $"RegistryLogin {{ {Username} at {Server} }}";
}
