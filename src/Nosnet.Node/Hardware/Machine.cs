using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The machine that this program runs on, as far as jobs are concerned.</summary>
internal sealed partial class Machine
{
    private const long BytesPerMib = 1024 * 1024;
    private const long BytesPerGb = 1_000_000_000;

    private Machine(NodeHardware hardware, bool offersAllGpus) => (Hardware, OffersAllGpus) = (hardware, offersAllGpus);

    /// <summary>What the network is told of it.</summary>
    public NodeHardware Hardware { get; }

    /// <summary>Whether jobs may have all of its graphics cards.</summary>
    public bool OffersAllGpus { get; }

    /// <summary>Looks at the machine.</summary>
    /// <exception cref="NodeSetupException">The operator offers cards that cannot be given to containers.</exception>
    public static async Task<Machine> ReadAsync(IContainerEngine engine, string dataDirectory, GpuChoice choice, ILogger logger, CancellationToken cancellation)
    {
        var version = await engine.GetVersionAsync(cancellation).ConfigureAwait(false);
        var storage = (await engine.GetHostAsync(cancellation).ConfigureAwait(false)).Storage;
        var (all, offered) = await GpusAsync(version, choice, logger, cancellation).ConfigureAwait(false);
        var hardware = new NodeHardware
        {
            Version = typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
            SystemEnvironment = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
            Cpu = CpuInfo.Parse(File.Exists("/proc/cpuinfo") ? await File.ReadAllTextAsync("/proc/cpuinfo", cancellation).ConfigureAwait(false) : "", Environment.ProcessorCount),
            // What containers are given a share of, which within a container is less than the machine has.
            RamMb = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerMib,
            DiskGb = ((string?[])[dataDirectory, storage]).Where(Directory.Exists).Min(path => new DriveInfo(path!).AvailableFreeSpace) / BytesPerGb,
            Gpus = offered,
            Engine = new EngineHardware(version.Name, version.Version),
        };
        return new Machine(hardware, offered is not null && offered.Devices.Count == all!.Devices.Count);
    }

    private static async Task<(GpuHardware? All, GpuHardware? Offered)> GpusAsync(EngineVersion engine, GpuChoice choice, ILogger logger, CancellationToken cancellation)
    {
        if (choice.Indices is { Count: 0 })
            return (null, null);
        var asked = await NvidiaSmi.AskAsync(cancellation).ConfigureAwait(false);
        if (asked is { Complaint: { } complaint })
        {
            if (choice.IsExplicit)
                throw new NodeSetupException($"The GPUs of this machine cannot be offered: {complaint} Mend the driver, or say --gpu none.");
            LogNoGpus(logger, complaint);
        }

        var offered = choice.Of(asked?.Cards);
        if (offered is null && choice.IsExplicit)
            throw new NodeSetupException("This machine has no GPU that nvidia-smi knows of. Leave --gpu out, or say --gpu none.");
        if (offered is null || engine.TakesGpus)
            return (asked?.Cards, offered);
        var reason = $"{engine.Name} {engine.Version} takes no GPUs over the API of Docker; {EngineVersion.FirstPodmanWithGpus} is the first Podman that does.";
        if (choice.IsExplicit)
            throw new NodeSetupException($"{reason} Update it, use Docker, or say --gpu none.");
        LogNoGpus(logger, reason);
        return (asked?.Cards, null);
    }

    [LoggerMessage(40, LogLevel.Warning, "Jobs get no GPUs of this machine: {Reason}")]
    private static partial void LogNoGpus(ILogger logger, string reason);
}
