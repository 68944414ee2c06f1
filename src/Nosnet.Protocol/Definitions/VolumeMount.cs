namespace Nosnet.Protocol;

/// <summary>A volume of the job in a container.</summary>
/// <param name="Name">The volume's name.</param>
/// <param name="Destination">Where the container sees it, an absolute path; "dest" on the wire.</param>
public sealed record VolumeMount(string Name, string Destination);
