using System.Globalization;
using Docker.DotNet.Models;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>How an engine is asked to give a container graphics cards.</summary>
internal static class GpuRequest
{
    private const string CdiKind = "nvidia.com/gpu";

    /// <summary>
    /// Docker's own request, which its NVIDIA runtime answers; and for Podman one for devices of the Container Device Interface, by the
    /// names that <c>nvidia-ctk cdi generate</c> gives them. Podman reads the latter since 5.4. Earlier ones pass over any request of this
    /// kind and make the container without cards; what they take in <c>Devices</c> instead are paths with a place and rights behind,
    /// which no CDI name can be. So a node on such a Podman offers no cards (<see cref="EngineVersion.TakesGpus"/>), and asking is refused.
    /// </summary>
    public static DeviceRequest For(GpuGrant gpus, EngineVersion engine)
    {
        if (!engine.TakesGpus)
            throw new EngineException($"{engine.Name} {engine.Version} cannot give containers GPUs.");
        if (engine.IsPodman)
        {
            return new DeviceRequest
            {
                Driver = "cdi",
                DeviceIDs = gpus.IsWholeMachine ? [$"{CdiKind}=all"] : [.. gpus.Devices.Select(d => string.Create(CultureInfo.InvariantCulture, $"{CdiKind}={d.Index}"))],
            };
        }

        var request = new DeviceRequest { Driver = "nvidia", Capabilities = [["gpu"]] };
        if (gpus.IsWholeMachine)
            request.Count = -1;
        else
            request.DeviceIDs = [.. gpus.Devices.Select(Name)];
        return request;
    }

    // By its own id where it has one: numbers change when a card falls out.
    private static string Name(GpuDevice device) => device.Uuid ?? device.Index.ToString(CultureInfo.InvariantCulture);
}
