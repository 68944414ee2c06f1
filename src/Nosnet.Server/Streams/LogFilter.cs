using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Which entries of a log are wanted: those of some operations, of some kinds; empty: all.</summary>
internal sealed record LogFilter(IReadOnlySet<string> Operations, IReadOnlySet<LogKind> Kinds)
{
    public static readonly LogFilter All = new(new HashSet<string>(), new HashSet<LogKind>());

    public bool Matches(LogEntry entry) =>
        (Operations.Count == 0 || (entry.OpId is { } operation && Operations.Contains(operation))) && (Kinds.Count == 0 || Kinds.Contains(entry.Kind));

    /// <param name="operations">A comma list of operations' ids; empty: all.</param>
    /// <param name="kinds">A comma list of kinds, in the words of <see cref="LogEntry.Kind"/>; empty: all.</param>
    /// <param name="filter">What they mean.</param>
    /// <param name="mistake">The kind that is none.</param>
    public static bool TryParse(string operations, string kinds, [NotNullWhen(true)] out LogFilter? filter, [NotNullWhen(false)] out string? mistake)
    {
        const StringSplitOptions Options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        (filter, mistake) = (null, null);
        var wanted = new HashSet<LogKind>();
        foreach (var word in kinds.Split(',', Options))
        {
            if (Enum.GetValues<LogKind>().FirstOrDefault(kind => kind.ToString().Equals(word, StringComparison.OrdinalIgnoreCase), (LogKind)(-1)) is var kind && !Enum.IsDefined(kind))
            {
                mistake = word;
                return false;
            }

            wanted.Add(kind);
        }

        filter = new LogFilter(operations.Split(',', Options).ToHashSet(StringComparer.Ordinal), wanted);
        return true;
    }
}
