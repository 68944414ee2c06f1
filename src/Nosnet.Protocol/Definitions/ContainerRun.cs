namespace Nosnet.Protocol;

/// <summary>Runs a container; "container/run" on the wire.</summary>
public sealed record ContainerRun(string Id) : Operation(Id)
{
    /// <summary>The image, as a container engine names it.</summary>
    public required string Image { get; init; }

    /// <summary>The command: a list of words, or one text that <c>/bin/sh -c</c> runs. Null: the image's own.</summary>
    public TextOrList? Cmd { get; init; }

    /// <summary>The entrypoint: a list of words, or one text that is its only word. Null: the definition's default, then the image's own.</summary>
    public TextOrList? Entrypoint { get; init; }

    /// <summary>Environment variables.</summary>
    public ValueMap<string> Env { get; init; } = [];

    /// <summary>The working directory.</summary>
    public string? WorkDir { get; init; }

    /// <summary>Whether the container gets a GPU.</summary>
    public bool Gpu { get; init; }

    /// <summary>The ports that are reachable from outside.</summary>
    public Expose Expose { get; init; } = Expose.Nothing;

    /// <summary>Whether the addresses of its ports are random, known to the owner alone.</summary>
    public bool Private { get; init; }

    /// <summary>The volumes that it mounts.</summary>
    public ValueList<VolumeMount> Volumes { get; init; } = [];

    /// <summary>What is downloaded before it starts.</summary>
    public ValueList<Resource> Resources { get; init; } = [];

    /// <summary>The login at the image's registry. It is public, as the definition is: let a secret stand for the password (<c>%%secrets.NAME%%</c>).</summary>
    public RegistryLogin? RegistryLogin { get; init; }

    /// <summary>More names by which the job's other containers reach it: a list, or one text with commas.</summary>
    public TextOrList? Aliases { get; init; }

    /// <summary>What happens when it ends by itself. Null: nothing.</summary>
    public RestartPolicy? RestartPolicy { get; init; }
}
