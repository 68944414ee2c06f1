using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a definition asks for that this node cannot do. A job that asks for it is not run, rather than run without it.</summary>
internal static class UnsupportedFeatures
{
    /// <summary>A sentence for each, with the index of the operation.</summary>
    public static IReadOnlyList<(int Index, string Sentence)> Of(JobDefinition definition, bool hasGpus)
    {
        var found = new List<(int, string)>();
        for (var i = 0; i < definition.Ops.Count; i++)
        {
            if (definition.Ops[i] is ContainerRun run)
                found.AddRange(Of(run, definition.Global, hasGpus).Select(sentence => (i, sentence)));
        }
        return found;
    }

    private static IEnumerable<string> Of(ContainerRun run, GlobalDefaults? global, bool hasGpus)
    {
        if (!hasGpus && (run.Gpu || global?.Gpu == true))
            yield return $"The operation {run.Id} asks for a GPU, and this node has none for jobs.";
    }
}
