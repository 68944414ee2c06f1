namespace Nosnet.Protocol;

/// <summary>Creates a volume that lives as long as the job; "container/create-volume" on the wire.</summary>
public sealed record CreateVolume(string Id) : Operation(Id)
{
    /// <summary>The volume's name, by which operations mount it.</summary>
    public required string Name { get; init; }
}
