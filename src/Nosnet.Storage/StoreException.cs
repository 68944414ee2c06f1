namespace Nosnet.Storage;

/// <summary>A store that cannot be used; the message says why and what to do.</summary>
public sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
