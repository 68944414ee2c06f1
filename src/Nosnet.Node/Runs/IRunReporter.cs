using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a node says to the network of its runs. Whoever implements it repeats until it is heard.</summary>
public interface IRunReporter
{
    /// <summary>The bytes of a job definition, verified against its CID.</summary>
    /// <exception cref="DefinitionUnavailableException">The network does not have it.</exception>
    Task<byte[]> GetDefinitionAsync(Cid definition, CancellationToken cancellationToken);

    /// <summary>The values of the secrets that the run's definition names.</summary>
    /// <exception cref="RunRefusedException">The run is no longer this node's.</exception>
    Task<RunSecrets> GetSecretsAsync(RunAddress run, int epoch, CancellationToken cancellationToken);

    /// <summary>Containers are about to start; answers how long they may run.</summary>
    /// <exception cref="RunRefusedException">The run is no longer this node's.</exception>
    Task<TimeSpan> StartingAsync(RunAddress run, int epoch, CancellationToken cancellationToken);

    /// <summary>The containers have ended: pins the result and reports the end.</summary>
    /// <exception cref="RunRefusedException">The run is no longer this node's.</exception>
    Task FinishedAsync(RunAddress run, int epoch, RunEnd end, CancellationToken cancellationToken);
}

/// <summary>The end of a run as the network is told of it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Result">What came of it, logs included.</param>
/// <param name="ContainersEndedAt">When the last container ended, by this machine's clock; null where none ran.</param>
public sealed record RunEnd(EndReason Reason, JobResult Result, DateTimeOffset? ContainersEndedAt);

/// <summary>The run is no longer this node's: its containers are removed and nothing more is said of it.</summary>
public sealed class RunRefusedException : Exception
{
    /// <summary>With the network's words.</summary>
    public RunRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>With the network's words and what lies behind them.</summary>
    public RunRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without words; for serializers and the like.</summary>
    public RunRefusedException()
    {
    }
}

/// <summary>A job definition cannot be had.</summary>
public sealed class DefinitionUnavailableException : Exception
{
    /// <summary>With a sentence.</summary>
    public DefinitionUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence and what lies behind it.</summary>
    public DefinitionUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a sentence; for serializers and the like.</summary>
    public DefinitionUnavailableException()
    {
    }
}
