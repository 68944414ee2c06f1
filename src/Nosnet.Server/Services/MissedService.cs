using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>A request that a service gave no answer to.</summary>
/// <param name="Refusal">What its sender is told.</param>
/// <param name="WasNotSent">Whether it is sure that the service never got any of it.</param>
internal sealed record MissedService(Refusal Refusal, bool WasNotSent);
