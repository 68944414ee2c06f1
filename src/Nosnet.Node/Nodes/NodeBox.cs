using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a node holds its jobs to: its operator's policy, on this machine.</summary>
/// <param name="Policy">The policy as it is in force.</param>
/// <param name="Limits">What one job may use.</param>
/// <param name="LogQuota">How much one run may write to its log.</param>
/// <param name="Firewall">What keeps jobs from this machine; null where nothing does.</param>
internal sealed record NodeBox(NodePolicy Policy, ContainerLimits Limits, long LogQuota, JobFirewall? Firewall)
{
    private const long MiB = 1024 * 1024;

    /// <summary>Finds out what this machine can give and guarantee.</summary>
    /// <exception cref="NodeSetupException">The policy asks for what the engine cannot do.</exception>
    public static async Task<NodeBox> PrepareAsync(NodeOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var host = await AskAsync(options.Engine, cancellation).ConfigureAwait(false);
        if (options.Policy.Runtime is { } runtime && !host.RunsBy(runtime))
            throw new NodeSetupException(
                $"The policy wants containers to run by {runtime}, and the container engine does not know such a runtime. "
                + "Install it and tell the engine of it, or leave \"runtime\" out of the policy.");
        // Of an engine on another machine, or as another user, nothing can be measured or kept from here.
        var isHere = Directory.Exists(host.Storage);
        var own = ContainerLimits.ShareOfThisMachine(options.Slots);
        if (isHere)
            own = own with { DiskBytes = ContainerLimits.ShareOfDisk(new DriveInfo(host.Storage!).AvailableFreeSpace, options.Slots) };
        var logQuota = options.Policy.Limits.LogsMiB * MiB ?? RunSettings.UsualLogQuota;
        var limits = options.Policy.Limits.Apply(own, logQuota);
        var firewall = new JobFirewall(options.Time, loggers.CreateLogger<JobFirewall>());
        var holds = isHere && await firewall.EnsureAsync(cancellation).ConfigureAwait(false);
        return new NodeBox(options.Policy.InForce(limits, logQuota, holds), limits, logQuota, holds ? firewall : null);
    }

    private static async Task<EngineHost> AskAsync(IContainerEngine engine, CancellationToken cancellation)
    {
        try
        {
            return await engine.GetHostAsync(cancellation).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            throw new NodeSetupException($"The container engine does not say what it is: {e.Message}", e);
        }
    }
}
