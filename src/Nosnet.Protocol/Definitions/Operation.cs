namespace Nosnet.Protocol;

/// <summary>One step of a job: a container (<see cref="ContainerRun"/>) or a volume (<see cref="CreateVolume"/>).</summary>
public abstract record Operation
{
    private protected Operation(string id) => Id = id;

    /// <summary>The operation's name, unique in the definition: letters, digits, '.', '_' and '-'. Literals do not reach one with a dot.</summary>
    public string Id { get; init; }

    /// <summary>What to read from the log, by name.</summary>
    public ValueMap<ResultRule> Results { get; init; } = [];

    /// <summary>When it runs; null: after the operation before it.</summary>
    public Execution? Execution { get; init; }
}
