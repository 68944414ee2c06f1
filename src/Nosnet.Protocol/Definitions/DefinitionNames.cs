namespace Nosnet.Protocol;

/// <summary>The enums of a job definition as the official schema spells them.</summary>
internal static class DefinitionNames
{
    public const string ContainerRun = "container/run";
    public const string CreateVolume = "container/create-volume";

    /// <summary>How older tools name <c>system_resources</c>.</summary>
    public const string OlderResources = "system_requirements";

    public static readonly WireNames<LogSource> LogSources = new(
        (LogSource.StdIn, "stdin"), (LogSource.StdOut, "stdout"), (LogSource.StdErr, "stderr"), (LogSource.NodeErr, "nodeerr"));

    public static readonly WireNames<LogisticsKind> Logistics = new((LogisticsKind.Api, "api"), (LogisticsKind.ApiListen, "api-listen"));

    public static readonly WireNames<ServiceKind> Services = new(
        (ServiceKind.Web, "web"), (ServiceKind.Api, "api"), (ServiceKind.WebApi, "webapi"), (ServiceKind.WebSocket, "websocket"),
        (ServiceKind.None, "none"));

    public static readonly WireNames<HttpCheckMethod> Methods = new(
        (HttpCheckMethod.Get, "GET"), (HttpCheckMethod.Post, "POST"), (HttpCheckMethod.Put, "PUT"), (HttpCheckMethod.Delete, "DELETE"));

    public static readonly WireNames<RestartMode> Restarts = new(
        (RestartMode.No, "no"), (RestartMode.Always, "always"), (RestartMode.UnlessStopped, "unless-stopped"),
        (RestartMode.OnFailure, "on-failure"));
}
