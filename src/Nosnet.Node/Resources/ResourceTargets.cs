using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a container sees at one place.</summary>
/// <param name="Target">The place.</param>
/// <param name="Resources">What is there, together.</param>
/// <param name="IsWritable">Whether the container may change it.</param>
internal sealed record ResourceTarget(string Target, IReadOnlyList<Resource> Resources, bool IsWritable)
{
    /// <summary>The resources of an operation by the places where its container shall see them.</summary>
    /// <exception cref="ResourceException">Two things would be in one place.</exception>
    public static IReadOnlyList<ResourceTarget> Of(ContainerRun operation)
    {
        ResourceTarget[] targets =
        [
            .. operation.Resources.GroupBy(Where, StringComparer.Ordinal).Select(
                group => new ResourceTarget(group.Key, [.. group], group.Any(resource => resource is S3Resource { AllowWrite: true }))),
        ];
        var volumes = operation.Volumes.Select(volume => Trimmed(volume.Destination)).ToHashSet(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (volumes.Contains(target.Target))
                throw new ResourceException($"Both a volume and a resource shall be at {target.Target}. Give one of them another place.");
            if (targets.FirstOrDefault(other => target.Target.StartsWith(other.Target + "/", StringComparison.Ordinal)) is { } outer)
                throw new ResourceException($"The resource at {target.Target} would lie within that at {outer.Target}. Give one of them another place.");
        }
        return targets;
    }

    private static string Where(Resource resource) => Trimmed(resource switch
    {
        S3Resource s3 => s3.Target,
        HuggingFaceResource huggingFace => huggingFace.Target,
        OllamaResource ollama => ollama.Target ?? OllamaResource.DefaultTarget,
        _ => throw new InvalidOperationException($"{resource.GetType()} stands for resources and is none."),
    });

    private static string Trimmed(string path) => path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/";
}
