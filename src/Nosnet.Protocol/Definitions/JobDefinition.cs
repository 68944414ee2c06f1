using System.Text;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What a job runs: a job definition of version 0.1, as https://docs.nosana.com describes it.</summary>
/// <example>
/// <code>
/// new JobDefinition
/// {
///     Ops = [new ContainerRun("hello") { Image = "ubuntu", Cmd = ["echo", "hi"] }],
/// }
/// </code>
/// </example>
/// <remarks>
/// A definition that was parsed keeps every rule. One written in C# can break some (two operations of one name, say);
/// <see cref="Check"/> tells.
/// </remarks>
[JsonConverter(typeof(JobDefinitionConverter))]
public sealed record JobDefinition
{
    /// <summary>The version of the schema: "0.1".</summary>
    public const string Version = "0.1";

    /// <summary>The only type of job there is: "container".</summary>
    public const string Type = "container";

    /// <summary>The operations. They run in stages, see <see cref="Execution.Group"/>. Empty only beside <see cref="Logistics"/>.</summary>
    public required ValueList<Operation> Ops { get; init; }

    /// <summary>What holds for every operation that does not say otherwise.</summary>
    public GlobalDefaults? Global { get; init; }

    /// <summary>What people and markets may want to know; it does not change how the job runs.</summary>
    public DefinitionMeta? Meta { get; init; }

    /// <summary>How the real definition and the results travel when they are not to be public.</summary>
    public Logistics? Logistics { get; init; }

    /// <summary>The deployment whose shared endpoint this job serves.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Whether any of its operations exposes a port.</summary>
    public bool Exposes => Ops.Any(static operation => operation is ContainerRun { Expose.Count: > 0 });

    /// <summary>Everything that would keep this definition from running; empty where it can be posted.</summary>
    public ValueList<Finding> Check() => JobDefinitionParser.Parse(ToUtf8Bytes()).Findings;

    /// <summary>The definition in the official JSON.</summary>
    public string ToJson() => Encoding.UTF8.GetString(ToUtf8Bytes());

    /// <summary>The definition in the official JSON, UTF-8: the bytes whose CID is the definition's.</summary>
    public byte[] ToUtf8Bytes() => DefinitionWriter.Write(this);
}
