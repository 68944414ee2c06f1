namespace Nosnet.Engine;

/// <summary>Another server of the network has taken over the writing: this store writes nothing any more.</summary>
public sealed class WriterEndedException() : Exception("Another server carries the commands out now. Try again in a moment.");
