namespace Nosnet.Protocol;

/// <summary>Looks across operations: whether their names differ and their dependencies lead to an end.</summary>
internal static class OperationOrder
{
    public static void Check(ValueList<Operation> ops, string root, FindingList findings)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < ops.Count; i++)
        {
            if (ops[i].Id.Length > 0 && !indexes.TryAdd(ops[i].Id, i))
            {
                var found = $"{Sentence.Quote(ops[i].Id)}, the id of ops[{indexes[ops[i].Id]}] too";
                findings.Add($"{root}.ops[{i}].id", found, "an id that no other operation has");
            }
        }
        for (var i = 0; i < ops.Count; i++)
            CheckDependencies(ops, i, indexes, root, findings);
        FindCircles(ops, indexes, root, findings);
    }

    private static void CheckDependencies(ValueList<Operation> ops, int index, Dictionary<string, int> indexes, string root, FindingList findings)
    {
        if (ops[index].Execution is not { } execution)
            return;
        for (var d = 0; d < execution.DependsOn.Count; d++)
        {
            var id = execution.DependsOn[d];
            var path = $"{root}.ops[{index}].execution.depends_on[{d}]";
            if (id == ops[index].Id)
                findings.Add(path, $"{Sentence.Quote(id)}, the operation itself", "the id of another operation");
            else if (!indexes.TryGetValue(id, out var other))
                findings.Add(path, $"{Sentence.Quote(id)}, which no operation is called", "the id of another operation");
            else if (ops[other].Execution?.Group != execution.Group)
            {
                // Groups are stages that run one after another: across them a dependency is either met anyway or never.
                findings.Add(path, $"{Sentence.Quote(id)} of {Group(ops[other])}", $"an operation of {Group(ops[index])}, as this one is");
            }
        }
    }

    private static string Group(Operation operation) =>
        operation.Execution?.Group is { } group ? $"the group {Sentence.Quote(group)}" : "no group";

    private static void FindCircles(ValueList<Operation> ops, Dictionary<string, int> indexes, string root, FindingList findings)
    {
        var done = new bool[ops.Count];
        var trail = new List<int>();
        for (var i = 0; i < ops.Count; i++)
            Visit(i);

        void Visit(int index)
        {
            if (trail.IndexOf(index) is >= 0 and var start)
            {
                var circle = trail[start..].Append(index).Select(i => ops[i].Id);
                findings.Add($"{root}.ops[{index}].execution.depends_on", $"a circle: {string.Join(" → ", circle)}", "dependencies that lead to an end");
                return;
            }
            if (done[index])
                return;
            trail.Add(index);
            foreach (var id in ops[index].Execution?.DependsOn ?? [])
            {
                if (id != ops[index].Id && indexes.TryGetValue(id, out var next))
                    Visit(next);
            }
            trail.RemoveAt(trail.Count - 1);
            done[index] = true;
        }
    }
}
