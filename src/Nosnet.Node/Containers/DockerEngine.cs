using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Nosnet.Protocol;
using ContainerState = Nosnet.Protocol.ContainerState;
using Filters = System.Collections.Generic.Dictionary<string, System.Collections.Generic.IDictionary<string, bool>>;

namespace Nosnet.Node;

/// <summary>Docker, or Podman, by the API of Docker that both speak.</summary>
internal sealed class DockerEngine : IContainerEngine
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    // Engines wait for ever for a registry that takes a connection and says nothing. One that sends is heard of every second.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    // How long what was asked for is waited for when the node ends meanwhile.
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(10);

    private readonly DockerClient _client;
    private readonly EngineStreams _streams;
    private readonly TimeProvider _time;
    private bool? _swapsNetworks;
    private EngineVersion? _version;
    private EngineHost? _host;

    public DockerEngine(EngineEndpoint endpoint, TimeProvider time)
    {
        _time = time;
        _client = new DockerClientBuilder().WithEndpoint(endpoint.Uri).WithTimeout(Timeout.InfiniteTimeSpan).Build();
        _streams = new EngineStreams(endpoint);
    }

    public void Dispose()
    {
        _client.Dispose();
        _streams.Dispose();
    }

    public Task<EngineVersion> GetVersionAsync(CancellationToken cancellationToken) => Ask(async () =>
    {
        return _version = await _streams.PodmanVersionAsync(cancellationToken).ConfigureAwait(false) is { } podman
            ? new EngineVersion("Podman", podman)
            : new EngineVersion("Docker", (await _client.System.GetVersionAsync(cancellationToken).ConfigureAwait(false)).Version);
    });

    public async Task<EngineHost> GetHostAsync(CancellationToken cancellationToken) => _host ??= await Ask(async () =>
    {
        var info = await _client.System.GetSystemInfoAsync(cancellationToken).ConfigureAwait(false);
        var version = await GetVersionAsync(cancellationToken).ConfigureAwait(false);
        // Podman lists every runtime that there is in the world, and takes none of them for a single container.
        return new EngineHost(info.DockerRootDir, info.DefaultRuntime, version.Name == "Podman" ? [] : [.. info.Runtimes?.Keys ?? []]);
    }).ConfigureAwait(false);

    public async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken) =>
        await FindImageAsync(image, cancellationToken).ConfigureAwait(false) is not null;

    public async Task<EngineImage?> FindImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Ask(() => _client.Images.InspectImageAsync(image, cancellationToken)).ConfigureAwait(false);
            return new EngineImage(found.ID, found.Size);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public Task PullImageAsync(string image, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken)
    {
        return Ask(async () =>
        {
            using var silence = new CancellationTokenSource(LongestSilence, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            var messages = new PullMessages(progress, () => silence.CancelAfter(LongestSilence));
            try
            {
                await _client.Images.CreateImageAsync(
                    new ImagesCreateParameters { FromImage = ImageReference.WithTag(image) }, Auth(login), messages, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new EngineException($"The registry sent nothing for {LongestSilence.TotalMinutes:0} minutes.", HttpStatusCode.GatewayTimeout, e);
            }
            return messages.Error is { } error ? throw new EngineException(error) : true;
        });
    }

    public Task ImportImageAsync(
        string repository, string tag, IReadOnlyList<string> changes, Stream tar, CancellationToken cancellationToken)
    {
        var messages = new PullMessages(new Progress<PullStep>(), static () => { });
        return Ask(async () =>
        {
            var parameters = new ImagesCreateParameters { FromSrc = "-", Repo = repository, Tag = tag, Changes = [.. changes] };
            await _client.Images.CreateImageAsync(parameters, tar, null, messages, cancellationToken).ConfigureAwait(false);
            return messages.Error is { } error ? throw new EngineException(error) : true;
        });
    }

    public async Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            // Not by force: Podman's would take the containers with it.
            await UnlessGone(() => _client.Images.DeleteImageAsync(image, new ImageDeleteParameters(), cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.Status == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    public Task CreateNetworkAsync(string name, Labels labels, Egress egress, CancellationToken cancellationToken) => SeeThrough(
        seen => _client.Networks.CreateNetworkAsync(
            new NetworksCreateParameters
            {
                Name = name,
                Driver = "bridge",
                Internal = egress == Egress.None,
                Labels = labels.Values.ToDictionary(),
                // By its bridge's name a packet of a job is known to the firewall. Both engines take this option.
                Options = new Dictionary<string, string> { ["com.docker.network.bridge.name"] = Bridge(name) },
            },
            seen),
        cancellationToken);

    public Task<string> CreateVolumeAsync(string name, Labels labels, CancellationToken cancellationToken) =>
        CreateVolumeAsync(new VolumesCreateParameters { Name = name, Labels = labels.Values.ToDictionary() }, cancellationToken);

    public Task CreateVolumeOverAsync(string name, string directory, Labels labels, CancellationToken cancellationToken) => CreateVolumeAsync(
        new VolumesCreateParameters
        {
            Name = name,
            Labels = labels.Values.ToDictionary(),
            Driver = "local",
            DriverOpts = new Dictionary<string, string> { ["type"] = "none", ["o"] = "bind", ["device"] = directory },
        },
        cancellationToken);

    public async Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        var parameters = ContainerParameters.For(spec);
        if (spec.Gpus is { } gpus)
            parameters.HostConfig!.DeviceRequests = [GpuRequest.For(gpus, _version ?? await GetVersionAsync(cancellationToken).ConfigureAwait(false))];
        return await CreateContainerAsync(parameters, cancellationToken).ConfigureAwait(false);
    }

    internal Task<string> CreateContainerAsync(CreateContainerParameters parameters, CancellationToken cancellationToken) => SeeThrough(
        async seen => (await _client.Containers.CreateContainerAsync(parameters, seen).ConfigureAwait(false)).ID, cancellationToken);

    public Task<ContainerOutput> AttachAsync(string container, CancellationToken cancellationToken) =>
        SeeThrough(seen => _streams.AttachAsync(container, seen), cancellationToken);

    public Task<ContainerOutput> ReadLogAsync(string container, bool follow, CancellationToken cancellationToken) =>
        _streams.ReadLogAsync(container, follow, cancellationToken);

    public Task StartContainerAsync(string container, CancellationToken cancellationToken) =>
        SeeThrough(seen => _client.Containers.StartContainerAsync(container, new ContainerStartParameters(), seen), cancellationToken);

    public Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken) => Ask(() =>
        _client.Containers.StopContainerAsync(
            container, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(grace.TotalSeconds) }, cancellationToken));

    public async Task<ContainerSnapshot?> InspectContainerAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Ask(() => _client.Containers.InspectContainerAsync(container, cancellationToken)).ConfigureAwait(false);
            var state = answer.State
                ?? throw new EngineException($"The container engine told nothing of the state of container {container}.");
            var labels = new Labels(answer.Config?.Labels ?? new Dictionary<string, string>());
            var (started, finished) = (Time(state.StartedAt), Time(state.FinishedAt));
            // Podman reads the two from clocks of different grain: a container that ends at once seems to end before it began.
            return new ContainerSnapshot(
                answer.ID, labels, State(state, answer.RestartCount), started, finished < started ? started : finished)
            {
                Address = Address(answer.NetworkSettings?.Networks),
                Layer = answer.GraphDriver?.Data is { } layers && layers.TryGetValue("UpperDir", out var layer) ? layer : null,
                Volumes = Volumes(answer.Mounts),
            };
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    // Not by the engine's own "wait": Podman's keeps a processor busy for as long as it waits, or looks four times a second, and its answer
    // lacks the time. The description of a container that has just ended comes as soon as the engine knows of the end.
    public async Task<ContainerSnapshot> WaitForEndAsync(string container, CancellationToken cancellationToken)
    {
        var outOfMemory = false;
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            outOfMemory |= OutOfMemory.Struck(container);
            var snapshot = await InspectContainerAsync(container, cancellationToken).ConfigureAwait(false)
                ?? throw new EngineException($"The container {container} is gone: someone else removed it.", HttpStatusCode.NotFound);
            if (snapshot.HasEnded)
                return snapshot with { State = snapshot.State with { OomKilled = snapshot.State.OomKilled || outOfMemory } };
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<ContainerReading?> ReadUsageAsync(string container, CancellationToken cancellationToken)
    {
        var answer = new Answered<ContainerStatsResponse>();
        try
        {
            await Ask(async () =>
            {
                await _client.Containers.GetContainerStatsAsync(
                    container, new ContainerStatsParameters { Stream = false, OneShot = true }, answer, cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            _swapsNetworks ??= SwapsNetworks(await GetVersionAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }

        return answer.Value is { } stats ? ContainerStats.Read(stats, _swapsNetworks.Value) : null;
    }

    /// <summary>Podman before 4.4 takes what a container sends for what it receives (its issue 16618).</summary>
    internal static bool SwapsNetworks(EngineVersion engine) =>
        engine.Name == "Podman" && System.Version.TryParse(engine.Version.Split('-')[0], out var version) && version < new System.Version(4, 4);

    public async Task<IReadOnlyList<EngineObject>> ListAsync(EngineObjectKind kind, Labels labels, CancellationToken cancellationToken)
    {
        var filters = new Filters
        {
            ["label"] = labels.Values.ToDictionary(pair => $"{pair.Key}={pair.Value}", _ => true),
        };
        var found = await Ask(() => kind switch
        {
            EngineObjectKind.Container => ListContainersAsync(filters, cancellationToken),
            EngineObjectKind.Network => ListNetworksAsync(filters, cancellationToken),
            _ => ListVolumesAsync(filters, cancellationToken),
        }).ConfigureAwait(false);
        // Engines differ in whether several labels must all be there or one of them; what is not ours must not be touched.
        return [.. found.Where(item => item.Labels.Include(labels))];
    }

    public Task RemoveAsync(EngineObjectKind kind, string id, CancellationToken cancellationToken) => UnlessGone(async () =>
    {
        await (kind switch
        {
            EngineObjectKind.Container =>
                _client.Containers.RemoveContainerAsync(
                    id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken),
            EngineObjectKind.Network => _client.Networks.DeleteNetworkAsync(id, cancellationToken),
            _ => _client.Volumes.RemoveAsync(id, true, cancellationToken),
        }).ConfigureAwait(false);
        return true;
    });

    private Task<string> CreateVolumeAsync(VolumesCreateParameters parameters, CancellationToken cancellationToken) => SeeThrough(
        async seen => (await _client.Volumes.CreateAsync(parameters, seen).ConfigureAwait(false)).Mountpoint, cancellationToken);

    private async Task<IEnumerable<EngineObject>> ListContainersAsync(Filters filters, CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters { All = true, Filters = filters };
        var containers = await _client.Containers.ListContainersAsync(parameters, cancellationToken).ConfigureAwait(false);
        return containers.Select(container => Found(EngineObjectKind.Container, container.ID, container.Labels));
    }

    private async Task<IEnumerable<EngineObject>> ListNetworksAsync(Filters filters, CancellationToken cancellationToken)
    {
        var parameters = new NetworksListParameters { Filters = filters };
        var networks = await _client.Networks.ListNetworksAsync(parameters, cancellationToken).ConfigureAwait(false);
        return networks.Select(network => Found(EngineObjectKind.Network, network.Name, network.Labels));
    }

    private async Task<IEnumerable<EngineObject>> ListVolumesAsync(Filters filters, CancellationToken cancellationToken)
    {
        var parameters = new VolumesListParameters { Filters = filters };
        var volumes = (await _client.Volumes.ListAsync(parameters, cancellationToken).ConfigureAwait(false)).Volumes;
        return (volumes ?? []).Select(volume => Found(EngineObjectKind.Volume, volume.Name, volume.Labels));
    }

    /// <summary>
    /// Asks for something that the engine makes also when nobody waits for it any more. So who leaves waits a while longer: what was made after
    /// he had looked, neither he would clear away nor the process after him take up.
    /// </summary>
    private async Task<T> SeeThrough<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var leaving = cancellationToken.Register(() => patience.CancelAfter(LeavePatience));
        return await Ask(() => call(patience.Token)).ConfigureAwait(false);
    }

    private static async Task UnlessGone<T>(Func<Task<T>> removal)
    {
        try
        {
            await Ask(removal).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            // Gone already, which is what was wanted.
        }
    }

    private static async Task<T> Ask<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (DockerApiException e)
        {
            throw new EngineException(EngineStreams.Message(e.ResponseBody), e.StatusCode, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new EngineException($"The container engine does not answer: {e.Message}", e);
        }
    }

    // The kernel takes 15 characters of a name, which is less than a network's.
    private static string Bridge(string network) =>
        JobFirewall.BridgePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(network)))[..9];

    private static AuthConfig? Auth(RegistryLogin? login) =>
        login is null ? null : new AuthConfig { Username = login.Username, Password = login.Password, ServerAddress = login.Server };

    private static EngineObject Found(EngineObjectKind kind, string id, IDictionary<string, string>? labels) =>
        new(kind, id, new Labels(labels ?? new Dictionary<string, string>()));

    private static ContainerState State(State state, long restarts) => new()
    {
        Status = state.Status,
        Running = state.Running,
        Paused = state.Paused,
        Restarting = state.Restarting,
        OomKilled = state.OOMKilled,
        Dead = state.Dead,
        Pid = state.Pid,
        ExitCode = state.ExitCode,
        Error = state.Error,
        StartedAt = state.StartedAt,
        FinishedAt = state.FinishedAt,
        RestartCount = restarts,
    };

    // A node's containers are on one network each.
    private static IPAddress? Address(IDictionary<string, EndpointSettings>? networks) =>
        (networks ?? new Dictionary<string, EndpointSettings>()).Values
            .Select(network => IPAddress.TryParse(network.IPAddress, out var address) ? address : null).FirstOrDefault(address => address is not null);

    private static Dictionary<string, string> Volumes(IEnumerable<MountPoint>? mounts) =>
        (mounts ?? []).Where(mount => mount is { Type: "volume", Name.Length: > 0, Source.Length: > 0 })
            .DistinctBy(mount => mount.Name).ToDictionary(mount => mount.Name!, mount => mount.Source, StringComparer.Ordinal);

    // Engines write the year 1, and Podman at times a negative one, for a moment that has not come.
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Year > 1970
            ? time
            : null;

    /// <summary>Takes what the engine reports while it gets an image, in the order and the thread in which it comes.</summary>
    private sealed class PullMessages(IProgress<PullStep> progress, Action heard) : IProgress<JSONMessage>
    {
        private readonly PullTally _tally = new();

        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            heard();
            if (value.Error is { Message: { Length: > 0 } message })
                Error = message;
            if (_tally.Take(value.ID, value.Status, value.Progress?.Current, value.Progress?.Total) is { } step)
                progress.Report(step);
        }
    }
}
