using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Nosnet.Protocol;

/// <summary>The name of an image as registries know it: <c>[registry[:port]/]path[:tag][@digest]</c>. A name without a registry is Docker Hub's.</summary>
public sealed partial record ImageName
{
    private const string DockerHub = "docker.io";

    // Where Podman and Skopeo find "oci" before a colon, they open a path of the machine instead of asking a registry.
    private static readonly HashSet<string> Transports =
        new(["containers-storage", "dir", "docker-archive", "docker-daemon", "oci", "oci-archive", "ostree", "sif", "tarball"], StringComparer.Ordinal);

    private ImageName(string registry, string path)
    {
        Registry = registry;
        Path = path;
    }

    /// <summary>The registry, with its port where it is named.</summary>
    public string Registry { get; }

    /// <summary>The image in the registry, without tag and digest.</summary>
    public string Path { get; }

    /// <summary>Reads a name; false where no registry could have an image of that name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageName? name)
    {
        name = null;
        if (Reference.Match(text) is not { Success: true } match || (match.Groups["tag"].Success && Transports.Contains(match.Groups["path"].Value) && !match.Groups["registry"].Success))
            return false;
        var (registry, path) = (match.Groups["registry"].Value, match.Groups["path"].Value);
        if (registry is "" or "index." + DockerHub)
            registry = DockerHub;
        name = new ImageName(registry, registry == DockerHub && !path.Contains('/') ? "library/" + path : path);
        return true;
    }

    /// <summary>Registry and path.</summary>
    public override string ToString() => $"{Registry}/{Path}";

    // The first part is a registry only where it could not be part of a path: it has a dot or a port, or is "localhost".
    [GeneratedRegex(
        """
        \A(?:(?<registry>(?:localhost|(?=[^/]*[.:])[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?)/)?
        (?<path>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)
        (?<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?
        (?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference { get; }
}
