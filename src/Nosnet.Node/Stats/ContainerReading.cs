namespace Nosnet.Node;

/// <summary>What a container has used up to now, as the engine counts it.</summary>
/// <param name="CpuTime">Processor time of all cores.</param>
/// <param name="MemoryBytes">Memory in use now, without what the system can take back at once.</param>
/// <param name="MemoryLimitBytes">What it may have; null: not told.</param>
/// <param name="ReceivedBytes">Received over its networks.</param>
/// <param name="SentBytes">Sent over them.</param>
public sealed record ContainerReading(TimeSpan CpuTime, long MemoryBytes, long? MemoryLimitBytes, long ReceivedBytes, long SentBytes);
