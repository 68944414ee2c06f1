using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The directory of one run: its state, its definition, its log and, at the end, its result.</summary>
internal sealed class RunFiles(string directory)
{
    public string LogPath => Path.Combine(directory, "log");

    private string StatePath => Path.Combine(directory, "state.json");

    private string DefinitionPath => Path.Combine(directory, "definition.json");

    private string StubPath => Path.Combine(directory, "stub.json");

    private string ProgressPath => Path.Combine(directory, "operations.json");

    private string SecretsPath => Path.Combine(directory, "secrets.sealed");

    private string ResultPath => Path.Combine(directory, "result.json");

    /// <summary>Makes the directory.</summary>
    public void Prepare() => Directory.CreateDirectory(directory);

    /// <summary>Writes what a run begins with. The state comes last: a directory without one is no run.</summary>
    public void Begin(RunState state, ReadOnlySpan<byte> definition)
    {
        WholeFile.Write(DefinitionPath, definition);
        Save(state);
    }

    public void Save(RunState state) => WholeFile.Write(StatePath, JsonSerializer.SerializeToUtf8Bytes(state, NodeJson.Default.RunState));

    /// <summary>Writes the pinned definition of a confidential job, beside which there will be the one that it runs.</summary>
    public void SaveStub(ReadOnlySpan<byte> stub) => WholeFile.Write(StubPath, stub);

    /// <summary>The pinned definition of a confidential job; null where the job is none.</summary>
    public JobDefinition? ReadStub() => File.Exists(StubPath) ? JobDefinitionParser.Parse(File.ReadAllBytes(StubPath)).OrThrow() : null;

    /// <summary>The definition as it was given; null where it was not yet.</summary>
    public byte[]? ReadGiven() => File.Exists(DefinitionPath) ? File.ReadAllBytes(DefinitionPath) : null;

    /// <summary>Writes how far the operations are.</summary>
    public void SaveProgress(JobResult progress) => WholeFile.Write(ProgressPath, progress.ToUtf8Bytes());

    /// <summary>How far the operations were; null where nobody wrote it.</summary>
    public JobResult? ReadProgress() => File.Exists(ProgressPath) ? JobResult.Parse(File.ReadAllBytes(ProgressPath)) : null;

    /// <summary>Writes the values of secrets, sealed.</summary>
    public void SaveSecrets(ReadOnlySpan<byte> sealedValues) => WholeFile.Write(SecretsPath, sealedValues);

    /// <summary>The sealed values of secrets; null where nobody wrote them.</summary>
    public byte[]? ReadSecrets() => File.Exists(SecretsPath) ? File.ReadAllBytes(SecretsPath) : null;

    /// <summary>Writes how a run ended.</summary>
    public void Save(RunState state, RunOutcome outcome)
    {
        WholeFile.Write(ResultPath, outcome.Result.ToUtf8Bytes());
        Save(state with { Reason = outcome.Reason, ContainersEndedAt = outcome.ContainersEndedAt });
    }

    /// <summary>The state; null where there is none that can be read.</summary>
    public RunState? ReadState()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StatePath), NodeJson.Default.RunState);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // It was never finished, or something else wrote to it: either way there is no run to go on with.
        }
    }

    public JobDefinition ReadDefinition() => JobDefinitionParser.Parse(File.ReadAllBytes(DefinitionPath)).OrThrow();

    /// <summary>How the run ended; null where it has not.</summary>
    public RunOutcome? ReadOutcome(RunState state) =>
        state.Reason is { } reason ? new RunOutcome(reason, state.ContainersEndedAt, JobResult.Parse(File.ReadAllBytes(ResultPath))) : null;

    /// <summary>Removes everything. The state goes first: what is left after a crash in between is no run to go on with.</summary>
    public void Delete()
    {
        if (!Directory.Exists(directory))
            return;
        File.Delete(StatePath);
        Directory.Delete(directory, recursive: true);
    }
}
