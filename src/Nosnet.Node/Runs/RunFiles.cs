using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The directory of one run: its state, its definition, its log and, at the end, its result.</summary>
internal sealed class RunFiles(string directory)
{
    public string LogPath => Path.Combine(directory, "log");

    private string StatePath => Path.Combine(directory, "state.json");

    private string DefinitionPath => Path.Combine(directory, "definition.json");

    private string ProgressPath => Path.Combine(directory, "operations.json");

    private string ResultPath => Path.Combine(directory, "result.json");

    /// <summary>Makes the directory.</summary>
    public void Prepare() => Directory.CreateDirectory(directory);

    /// <summary>Writes what a run begins with. The state comes last: a directory without one is no run.</summary>
    public void Begin(RunState state, ReadOnlySpan<byte> definition)
    {
        WriteWhole(DefinitionPath, definition);
        Save(state);
    }

    public void Save(RunState state) => WriteWhole(StatePath, JsonSerializer.SerializeToUtf8Bytes(state, NodeJson.Default.RunState));

    /// <summary>Writes how far the operations are.</summary>
    public void SaveProgress(JobResult progress) => WriteWhole(ProgressPath, progress.ToUtf8Bytes());

    /// <summary>How far the operations were; null where nobody wrote it.</summary>
    public JobResult? ReadProgress() => File.Exists(ProgressPath) ? JobResult.Parse(File.ReadAllBytes(ProgressPath)) : null;

    /// <summary>Writes how a run ended.</summary>
    public void Save(RunState state, RunOutcome outcome)
    {
        WriteWhole(ResultPath, outcome.Result.ToUtf8Bytes());
        Save(state with { Reason = outcome.Reason, ContainersEndedAt = outcome.ContainersEndedAt });
    }

    /// <summary>The state; null where there is none that can be read.</summary>
    public RunState? ReadState()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StatePath), NodeJson.Default.RunState);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null; // It was never finished, or something else wrote to it: either way there is no run to go on with.
        }
    }

    public JobDefinition ReadDefinition() => JobDefinitionParser.Parse(File.ReadAllBytes(DefinitionPath)).OrThrow();

    /// <summary>How the run ended; null where it has not.</summary>
    public RunOutcome? ReadOutcome(RunState state) =>
        state.Reason is { } reason ? new RunOutcome(reason, state.ContainersEndedAt, JobResult.Parse(File.ReadAllBytes(ResultPath))) : null;

    public void Delete()
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    // Whole or not at all, also when the machine goes down in between. That the new name may then be lost is well: the containers are, too.
    private static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
