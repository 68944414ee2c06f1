using Microsoft.Extensions.Logging;

namespace Nosnet.Server;

/// <summary>What a server is told before it starts.</summary>
public sealed record ServerOptions
{
    /// <summary>The environment variable from which the command line takes <see cref="OperatorKey"/>.</summary>
    public const string OperatorKeyVariable = "NOSNET_OPERATOR_KEY";

    /// <summary>The environment variable from which the command line takes <see cref="Secret"/>.</summary>
    public const string SecretVariable = "NOSNET_SECRET";

    /// <summary>The environment variable from which the command line takes <see cref="Store"/>.</summary>
    public const string StoreVariable = "NOSNET_STORE";

    /// <summary>Where the network lives: its embedded store, its secret, the operator's key. Made where it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// The connection string of a PostgreSQL database that holds the network's rows and content, as Npgsql reads it. Without it they
    /// are in SQLite files in the data directory.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>The network's secret as 64 hexadecimal digits. Without it, it is <c>network.key</c> in the data directory.</summary>
    public string? Secret { get; init; }

    /// <summary>Where to listen. Port 0 takes any free one; <see cref="NosnetServer.Url"/> then says which.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>The URL under which others know this server, where a proxy stands before it; the first bound one unless told.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The URL under which other servers over the same store reach this one; the first bound one unless told.</summary>
    public string? InternalUrl { get; init; }

    /// <summary>The domain under which exposed ports answer, as <c>{id}.{domain}</c>; <c>localhost:{port}</c> unless told.</summary>
    public string? EndpointDomain { get; init; }

    /// <summary>The operator's API key of a new network. Without it one is made and written to <c>operator.key</c> in the data directory.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>
    /// Where webhooks may go beyond the public internet: names of hosts with a port or without, addresses, networks such as 10.0.0.0/8.
    /// </summary>
    public IReadOnlyList<string> AllowedWebhookHosts { get; init; } = [];

    /// <summary>What <c>timeout</c> counts when a job is posted.</summary>
    public TimeoutUnit PostTimeoutUnit { get; init; } = TimeoutUnit.Seconds;

    public ServerLimits Limits { get; init; } = new();

    /// <summary>The clock of everything but the sockets.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes; nowhere unless told.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}

/// <summary>What <c>timeout</c> counts when a job is posted.</summary>
public enum TimeoutUnit
{
    /// <summary>As every official client sends it.</summary>
    Seconds,

    /// <summary>As the Jobs API guide has it.</summary>
    Minutes,
}

/// <summary>How much the server takes.</summary>
public sealed record ServerLimits
{
    /// <summary>The most bytes of a JSON body, pins apart.</summary>
    public long JsonBytes { get; init; } = 1024 * 1024;

    /// <summary>The most bytes of one pinned file.</summary>
    public long PinBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many writes an API key, a node or an anonymous address may make in <see cref="Window"/>.</summary>
    public int Writes { get; init; } = 600;

    /// <summary>How many reads likewise.</summary>
    public int Reads { get; init; } = 3_000;

    /// <summary>The time that <see cref="Writes"/> and <see cref="Reads"/> count over.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);
}
