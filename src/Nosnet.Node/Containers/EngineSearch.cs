namespace Nosnet.Node;

/// <summary>Where to look for a container engine.</summary>
public sealed record EngineSearch
{
    /// <summary>The value of <c>DOCKER_HOST</c>; where it is set, nothing else is tried.</summary>
    public string? DockerHost { get; init; }

    /// <summary>Sockets of Docker, in the order in which they are tried.</summary>
    public IReadOnlyList<string> DockerSockets { get; init; } = [];

    /// <summary>Sockets of Podman, tried after those of Docker.</summary>
    public IReadOnlyList<string> PodmanSockets { get; init; } = [];

    /// <summary>The podman program, from which a service of our own is started where no socket answers; null: there is none.</summary>
    public string? Podman { get; init; }

    /// <summary>The directory for the socket and the configuration of that service.</summary>
    public required string ServiceDirectory { get; init; }

    /// <summary>More environment for that service.</summary>
    public IReadOnlyDictionary<string, string> ServiceEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>The OCI runtime that containers are to be run by; null: any that works here.</summary>
    public string? Runtime { get; init; }

    /// <summary>The usual places on this machine.</summary>
    public static EngineSearch OnThisMachine(string serviceDirectory)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory ? directory : null;
        return new EngineSearch
        {
            DockerHost = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : null,
            DockerSockets = ["/var/run/docker.sock", .. runtime is null ? (string[])[] : [$"{runtime}/docker.sock"]],
            PodmanSockets = ["/run/podman/podman.sock", .. runtime is null ? (string[])[] : [$"{runtime}/podman/podman.sock"]],
            Podman = Programs.Find("podman"),
            ServiceDirectory = serviceDirectory,
        };
    }
}
