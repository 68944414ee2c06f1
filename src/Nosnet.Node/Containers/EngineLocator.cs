using Microsoft.Extensions.Logging;

namespace Nosnet.Node;

/// <summary>Finds a container engine, or starts one.</summary>
public sealed class EngineLocator(TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds the engine: <c>DOCKER_HOST</c> if it is set; else the first usual socket that answers; else a Podman service of our own.
    /// </summary>
    /// <exception cref="EngineUnavailableException">There is none; the message says what was tried.</exception>
    public async Task<LocatedEngine> LocateAsync(EngineSearch search, CancellationToken cancellationToken)
    {
        if (search.DockerHost is { } host)
            return await FromDockerHostAsync(host, cancellationToken).ConfigureAwait(false);

        var tried = new List<string>();
        var configuration = PodmanConfiguration.For(PodmanHost.Detect(), search.Runtime);
        // Where Podman needs a configuration to run anything here, a service that was started without one answers, and fails every job.
        var ownFirst = search.Podman is not null && configuration is not null;
        foreach (var path in ownFirst ? search.DockerSockets : [.. search.DockerSockets, .. search.PodmanSockets])
        {
            var endpoint = EngineEndpoint.Socket(path);
            if (!File.Exists(path))
                tried.Add($"{path} (not there)");
            else if (await AnswersAsync(endpoint, tried, cancellationToken).ConfigureAwait(false) is { } found)
                return found;
        }
        if (search.Podman is null)
            throw new EngineUnavailableException(
                $"No container engine was found. Tried: {string.Join(", ", tried)}, a podman program (none installed). "
                + $"Install Docker or Podman (Debian, Ubuntu: apt-get install {string.Join(' ', PodmanInstaller.Packages)}), "
                + "or set DOCKER_HOST to an engine's socket.");
        return await StartServiceAsync(search, configuration, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LocatedEngine> FromDockerHostAsync(string host, CancellationToken cancellationToken)
    {
        if (!EngineEndpoint.TryParse(host, out var endpoint, out var refusal))
            throw new EngineUnavailableException(refusal);
        var tried = new List<string>();
        return await AnswersAsync(endpoint, tried, cancellationToken).ConfigureAwait(false)
            ?? throw new EngineUnavailableException(
                $"DOCKER_HOST is {host}, and no container engine answers there: {tried[0]}. "
                + "Start the engine, or unset DOCKER_HOST to have one found.");
    }

    private async Task<LocatedEngine?> AnswersAsync(EngineEndpoint endpoint, List<string> tried, CancellationToken cancellationToken)
    {
        var engine = new DockerEngine(endpoint, time);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new LocatedEngine(engine, await engine.GetVersionAsync(both.Token).ConfigureAwait(false), endpoint, service: null);
        }
        catch (EngineException e)
        {
            tried.Add($"{endpoint} ({e.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            tried.Add($"{endpoint} (no answer within {Patience.TotalSeconds:0} s)");
        }
        engine.Dispose();
        return null;
    }

    private async Task<LocatedEngine> StartServiceAsync(EngineSearch search, string? configuration, CancellationToken cancellationToken)
    {
        var service = new PodmanService(
            search.Podman!, search.ServiceDirectory, configuration, search.ServiceEnvironment, time, loggers.CreateLogger<PodmanService>());
        var engine = new DockerEngine(service.Endpoint, time);
        try
        {
            return new LocatedEngine(
                engine, await service.StartAsync(engine, cancellationToken).ConfigureAwait(false), service.Endpoint, service);
        }
        catch
        {
            engine.Dispose();
            await service.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
