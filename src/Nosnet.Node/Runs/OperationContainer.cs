using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The container of an operation, as its definition wants it.</summary>
internal static class OperationContainer
{
    public const string JobVariable = "NOSANA_ID";

    public static ContainerSpec For(
        RunIdentity run,
        JobDefinition definition,
        PlannedOperation planned,
        ContainerRun operation,
        Labels node,
        ContainerLimits limits)
    {
        return new ContainerSpec
        {
            Name = run.Container(planned.Index),
            Image = operation.Image,
            Command = operation.Cmd is { IsText: true } line ? ["/bin/sh", "-c", line[0]] : operation.Cmd,
            Entrypoint = operation.Entrypoint ?? definition.Global?.Entrypoint,
            Environment = Environment(definition.Global?.Env, operation.Env, run.Job),
            WorkingDirectory = operation.WorkDir ?? definition.Global?.WorkDir,
            Network = run.Network,
            Aliases = [run.Host(planned.Index), operation.Id, .. Aliases(operation.Aliases)],
            Volumes = operation.Volumes.DistinctBy(mount => mount.Destination).ToDictionary(
                mount => mount.Destination, mount => run.Volume(mount.Name)),
            Labels = run.Labels(node, planned),
            Limits = limits,
        };
    }

    /// <summary>The same with resources in it.</summary>
    public static ContainerSpec WithResources(ContainerSpec spec, IReadOnlyList<ResourceMount> mounts) => mounts.Count == 0 ? spec : spec with
    {
        Volumes = spec.Volumes.Concat(mounts.Where(mount => !mount.IsReadOnly).Select(Mounted)).ToDictionary(),
        ReadOnlyVolumes = mounts.Where(mount => mount.IsReadOnly).Select(Mounted).ToDictionary(),
    };

    /// <summary>
    /// The same with graphics cards, where it is to have some. The hooks that NVIDIA's toolkit has on the machine get the environment of the
    /// container, in old versions all of it: what the image itself has them load is left empty. A definition cannot name these variables.
    /// </summary>
    public static ContainerSpec WithGpus(ContainerSpec spec, GpuGrant? gpus) => gpus is null ? spec : spec with
    {
        Gpus = gpus,
        Environment = new Dictionary<string, string>(spec.Environment, StringComparer.Ordinal) { ["LD_PRELOAD"] = "", ["LD_AUDIT"] = "" },
    };

    /// <summary>The definition's variables, over them the operation's own, over both the job's address.</summary>
    public static Dictionary<string, string> Environment(ValueMap<string>? global, ValueMap<string> own, JobAddress job)
    {
        var merged = new Dictionary<string, string>(global ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in own)
            merged[name] = value;
        merged[JobVariable] = job.ToString();
        return merged;
    }

    private static KeyValuePair<string, string> Mounted(ResourceMount mount) => new(mount.Target, mount.Volume);

    /// <summary>The cards of its run, where it or the whole definition wants some.</summary>
    public static GpuGrant? Gpus(ContainerRun operation, GlobalDefaults? global, GpuGrant? ofRun) => operation.Gpu || global?.Gpu is true ? ofRun : null;

    private static IEnumerable<string> Aliases(TextOrList? aliases) =>
        (aliases ?? []).SelectMany(alias => alias.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
