namespace Nosnet.Node;

/// <summary>What a container is made of, whatever the engine.</summary>
public sealed record ContainerSpec
{
    /// <summary>Its name, unique in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>The command; null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The entrypoint; null: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The working directory; null: the image's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The network it is on, the only one.</summary>
    public required string Network { get; init; }

    /// <summary>The names by which others on that network reach it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Volumes of the engine, by the paths where the container sees them.</summary>
    public IReadOnlyDictionary<string, string> Volumes { get; init; } = new Dictionary<string, string>();

    /// <summary>Volumes that it may only read, by the paths where it sees them.</summary>
    public IReadOnlyDictionary<string, string> ReadOnlyVolumes { get; init; } = new Dictionary<string, string>();

    /// <summary>The graphics cards that it gets; null: none.</summary>
    public GpuGrant? Gpus { get; init; }

    /// <summary>Its labels.</summary>
    public required Labels Labels { get; init; }

    /// <summary>Whether it can write to its volumes, /tmp and /run alone.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>The OCI runtime that runs it; null: the engine's own.</summary>
    public string? Runtime { get; init; }

    /// <summary>What it may use.</summary>
    public required ContainerLimits Limits { get; init; }
}
