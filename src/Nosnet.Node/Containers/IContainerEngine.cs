using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A container engine, as far as a node needs one. What fails there is an <see cref="EngineException"/>.</summary>
public interface IContainerEngine : IDisposable
{
    /// <summary>Asks the engine who it is; also the way to find out whether it answers.</summary>
    Task<EngineVersion> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>What the engine is like on its machine.</summary>
    Task<EngineHost> GetHostAsync(CancellationToken cancellationToken);

    /// <summary>Whether an image is there, so that it need not be pulled.</summary>
    Task<bool> HasImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>An image, by whatever it is called; null where it is not there.</summary>
    Task<EngineImage?> FindImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Pulls an image.</summary>
    Task PullImageAsync(string image, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken);

    /// <summary>Makes an image of a tar of its file system.</summary>
    Task ImportImageAsync(string repository, string tag, IReadOnlyList<string> changes, Stream tar, CancellationToken cancellationToken);

    /// <summary>Removes an image, unless a container uses it: then it says false. What is gone already is well.</summary>
    Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Creates a network of its own for a job.</summary>
    Task CreateNetworkAsync(string name, Labels labels, Egress egress, CancellationToken cancellationToken);

    /// <summary>Creates a volume, or keeps the one of that name. Returns its directory on the machine of the engine.</summary>
    Task<string> CreateVolumeAsync(string name, Labels labels, CancellationToken cancellationToken);

    /// <summary>Creates a volume that shows a directory of the machine of the engine. When it is removed, the directory stays.</summary>
    Task CreateVolumeOverAsync(string name, string directory, Labels labels, CancellationToken cancellationToken);

    /// <summary>Creates a container and returns its id.</summary>
    Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Attaches to a container's output from now on. Attached before the start, nothing of it is missed.</summary>
    Task<ContainerOutput> AttachAsync(string container, CancellationToken cancellationToken);

    /// <summary>Reads what the engine has logged of a container's output from its beginning on, with the times of writing.</summary>
    /// <param name="container">The container.</param>
    /// <param name="follow">Whether to go on with what is written from now on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<ContainerOutput> ReadLogAsync(string container, bool follow, CancellationToken cancellationToken);

    /// <summary>Starts a container.</summary>
    Task StartContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>
    /// Sends SIGTERM, or the signal that the image asks for, and SIGKILL after <paramref name="grace"/>. Returns when it has ended.
    /// </summary>
    Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>The state of a container; null where there is none.</summary>
    Task<ContainerSnapshot?> InspectContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>The state of a container at its end. Asked when its output has ended, the answer comes at once.</summary>
    /// <exception cref="EngineException">There is no such container, or the engine cannot be reached.</exception>
    Task<ContainerSnapshot> WaitForEndAsync(string container, CancellationToken cancellationToken);

    /// <summary>What a container that runs has used up to now; null where it does not run.</summary>
    Task<ContainerReading?> ReadUsageAsync(string container, CancellationToken cancellationToken);

    /// <summary>Everything that carries all of these labels.</summary>
    Task<IReadOnlyList<EngineObject>> ListAsync(EngineObjectKind kind, Labels labels, CancellationToken cancellationToken);

    /// <summary>Removes something, a running container included. What is gone already is well.</summary>
    Task RemoveAsync(EngineObjectKind kind, string id, CancellationToken cancellationToken);
}

/// <summary>Who the engine is.</summary>
/// <param name="Name">"Docker" or "Podman".</param>
/// <param name="Version">Its version.</param>
public sealed record EngineVersion(string Name, string Version)
{
    /// <summary>Podman that is older passes over what the API of Docker asks of devices, in silence.</summary>
    internal static readonly Version FirstPodmanWithGpus = new(5, 4);

    /// <summary>Whether it is Podman, which names devices otherwise than Docker.</summary>
    public bool IsPodman => Name == "Podman";

    /// <summary>Whether containers can be given graphics cards.</summary>
    public bool TakesGpus =>
        !IsPodman || (System.Version.TryParse(Version.Split('-')[0], out var version) && version >= FirstPodmanWithGpus);
}

/// <summary>An image in the engine.</summary>
/// <param name="Id">Its id, whatever names it has.</param>
/// <param name="Bytes">How many bytes it takes.</param>
public sealed record EngineImage(string Id, long Bytes);

/// <summary>What an engine is like on its machine.</summary>
/// <param name="Storage">Where it keeps images, containers and volumes; null where it does not say.</param>
/// <param name="DefaultRuntime">The OCI runtime that runs its containers unless it is told another.</param>
/// <param name="OtherRuntimes">Those that it can be told for a container.</param>
public sealed record EngineHost(string? Storage, string? DefaultRuntime, IReadOnlyCollection<string> OtherRuntimes)
{
    /// <summary>Whether containers can be run by a runtime.</summary>
    public bool RunsBy(string runtime) => DefaultRuntime == runtime || OtherRuntimes.Contains(runtime);
}

/// <summary>The kinds of things that a node makes in an engine.</summary>
public enum EngineObjectKind
{
    /// <summary>A container.</summary>
    Container,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A volume.</summary>
    Volume,
}

/// <summary>Something in the engine.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">By what the engine knows it.</param>
/// <param name="Labels">Its labels, as they are.</param>
public sealed record EngineObject(EngineObjectKind Kind, string Id, Labels Labels);
