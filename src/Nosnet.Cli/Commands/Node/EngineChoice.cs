using Microsoft.Extensions.Logging;
using Nosnet.Node;

namespace Nosnet.Cli;

/// <summary>Finds the container engine that a node on this machine works with.</summary>
internal static class EngineChoice
{
    /// <param name="dataDirectory">Where a Podman service of our own keeps its socket.</param>
    /// <param name="terminal">Who is told.</param>
    /// <param name="logging">Where the log of that service goes.</param>
    /// <param name="install">Whether to install Podman where there is no engine and that can be done.</param>
    /// <param name="runtime">The OCI runtime that containers are to be run by; null: any that works here.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<LocatedEngine> FindAsync(string dataDirectory, Terminal terminal, Action<ILoggingBuilder> logging, bool install, string? runtime, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(logging);
        var locator = new EngineLocator(TimeProvider.System, loggers);
        var search = EngineSearch.OnThisMachine(Path.Combine(dataDirectory, "engine")) with { Runtime = runtime };
        var mayInstall = install && PodmanInstaller.CanInstall;
        if (mayInstall && search.Podman is not null && !PodmanInstaller.IsComplete)
            await InstallAsync(terminal, cancellation);
        try
        {
            return await locator.LocateAsync(search, cancellation);
        }
        catch (EngineUnavailableException) when (mayInstall && search is { Podman: null, DockerHost: null })
        {
            await InstallAsync(terminal, cancellation);
            return await locator.LocateAsync(EngineSearch.OnThisMachine(search.ServiceDirectory) with { Runtime = runtime }, cancellation);
        }
    }

    private static async Task InstallAsync(Terminal terminal, CancellationToken cancellation)
    {
        terminal.Say("There is no complete container engine on this machine: installing Podman …");
        await PodmanInstaller.InstallAsync(_ => { }, cancellation);
    }
}
