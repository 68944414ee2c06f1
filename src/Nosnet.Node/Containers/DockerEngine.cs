using System.Globalization;
using System.Net;
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

    private readonly DockerClient _client;
    private readonly EngineStreams _streams;
    private readonly TimeProvider _time;

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
        var version = await _client.System.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        var parts = version.Components ?? [];
        var isPodman = parts.Any(part => part.Name.StartsWith("Podman", StringComparison.OrdinalIgnoreCase));
        return new EngineVersion(isPodman ? "Podman" : "Docker", version.Version);
    });

    public async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await Ask(() => _client.Images.InspectImageAsync(image, cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    public Task PullImageAsync(string image, RegistryLogin? login, IProgress<PullStep> progress, CancellationToken cancellationToken)
    {
        var messages = new PullMessages(progress);
        return Ask(async () =>
        {
            await _client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = ImageReference.WithTag(image) }, Auth(login), messages, cancellationToken).ConfigureAwait(false);
            return messages.Error is { } error ? throw new EngineException(error) : true;
        });
    }

    public Task ImportImageAsync(
        string repository, string tag, IReadOnlyList<string> changes, Stream tar, CancellationToken cancellationToken)
    {
        var messages = new PullMessages(new Progress<PullStep>());
        return Ask(async () =>
        {
            var parameters = new ImagesCreateParameters { FromSrc = "-", Repo = repository, Tag = tag, Changes = [.. changes] };
            await _client.Images.CreateImageAsync(parameters, tar, null, messages, cancellationToken).ConfigureAwait(false);
            return messages.Error is { } error ? throw new EngineException(error) : true;
        });
    }

    public Task RemoveImageAsync(string image, CancellationToken cancellationToken) =>
        UnlessGone(() => _client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true }, cancellationToken));

    public Task CreateNetworkAsync(string name, Labels labels, CancellationToken cancellationToken) => Ask(() =>
        _client.Networks.CreateNetworkAsync(
            new NetworksCreateParameters { Name = name, Driver = "bridge", Labels = labels.Values.ToDictionary() }, cancellationToken));

    public Task CreateVolumeAsync(string name, Labels labels, CancellationToken cancellationToken) => Ask(() =>
        _client.Volumes.CreateAsync(new VolumesCreateParameters { Name = name, Labels = labels.Values.ToDictionary() }, cancellationToken));

    public Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancellationToken) => Ask(async () =>
        (await _client.Containers.CreateContainerAsync(ContainerParameters.For(spec), cancellationToken).ConfigureAwait(false)).ID);

    public Task<ContainerOutput> AttachAsync(string container, CancellationToken cancellationToken) =>
        _streams.AttachAsync(container, cancellationToken);

    public Task<ContainerOutput> ReadLogAsync(string container, bool follow, CancellationToken cancellationToken) =>
        _streams.ReadLogAsync(container, follow, cancellationToken);

    public Task StartContainerAsync(string container, CancellationToken cancellationToken) =>
        Ask(() => _client.Containers.StartContainerAsync(container, new ContainerStartParameters(), cancellationToken));

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

    // Engines write the year 1, and Podman at times a negative one, for a moment that has not come.
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Year > 1970
            ? time
            : null;

    /// <summary>Takes what the engine reports while it gets an image, in the order and the thread in which it comes.</summary>
    private sealed class PullMessages(IProgress<PullStep> progress) : IProgress<JSONMessage>
    {
        private readonly PullTally _tally = new();

        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            if (value.Error is { Message: { Length: > 0 } message })
                Error = message;
            if (_tally.Take(value.ID, value.Status, value.Progress?.Current, value.Progress?.Total) is { } step)
                progress.Report(step);
        }
    }
}
