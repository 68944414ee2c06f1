using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a node is told before it starts.</summary>
public sealed record NodeOptions
{
    /// <summary>The server's URL.</summary>
    public required Uri Server { get; init; }

    /// <summary>An API key with the scope <c>nodes:register</c>. Needed once: the network knows the node from then on.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the node keeps its key and what it knows of its runs. Made where it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What people call the machine.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>The market, by address or slug.</summary>
    public required string Market { get; init; }

    /// <summary>How many jobs it runs at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>What the operator allows jobs.</summary>
    public NodePolicy Policy { get; init; } = new();

    /// <summary>Which graphics cards of the machine jobs may have.</summary>
    public GpuChoice Gpus { get; init; } = GpuChoice.All;

    /// <summary>Where resources are downloaded from, and how much of them is kept.</summary>
    public ResourceOptions Resources { get; init; } = new();

    /// <summary>The container engine.</summary>
    public required IContainerEngine Engine { get; init; }

    /// <summary>Whether its runs end with it, nothing of them being left, instead of going on for the process that comes after it.</summary>
    public bool TakesRunsWithIt { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes; nowhere unless told.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
