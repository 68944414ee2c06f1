namespace Nosnet.Protocol;

/// <summary>What holds for every operation of a definition that does not say otherwise.</summary>
public sealed record GlobalDefaults
{
    /// <summary>Kept for the schema's sake: every operation has to name its image all the same.</summary>
    public string? Image { get; init; }

    /// <summary>Whether every operation gets a GPU; an operation cannot refuse it.</summary>
    public bool Gpu { get; init; }

    /// <summary>The entrypoint of operations that have none.</summary>
    public TextOrList? Entrypoint { get; init; }

    /// <summary>Environment variables; an operation's own win.</summary>
    public ValueMap<string> Env { get; init; } = [];

    /// <summary>The working directory of operations that have none.</summary>
    public string? WorkDir { get; init; }

    /// <summary>Values for literals: <c>%%global.variables.NAME%%</c>.</summary>
    public ValueMap<string> Variables { get; init; } = [];
}
