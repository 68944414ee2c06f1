using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>An exposed port of a run.</summary>
/// <param name="Id">The first label of its host name.</param>
/// <param name="Node">The node that has the run.</param>
/// <param name="Target">The run, operation and port.</param>
/// <param name="OperationId">The operation's id.</param>
/// <param name="Status">Whether it answers, as its node says.</param>
internal sealed record RunningService(string Id, NodeAddress Node, ServiceTarget Target, string OperationId, EndpointStatus Status)
{
    /// <summary>The target as its node is told it.</summary>
    public string TargetText { get; } = Target.ToString();

    /// <summary>Where requests to it are addressed: a name of its own, for connections are kept by it.</summary>
    public string Prefix { get; } = string.Create(CultureInfo.InvariantCulture, $"http://{Target.Operation}.{Target.Run}:{Target.Port}");
}
