using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Reads from an operation's log what its definition wants to keep: of each line that matches, the match and then its groups.</summary>
internal sealed class ResultExtraction
{
    /// <summary>How many characters all operations of one run may keep; more of it is in the log itself.</summary>
    public const int Budget = 2 * 1024 * 1024;

    private readonly Rule[] _rules;
    private readonly ResultBudget _budget;

    public ResultExtraction(ValueMap<ResultRule> rules, ResultBudget budget)
    {
        _rules = [.. rules.Select(rule => new Rule(rule.Key, rule.Value))];
        _budget = budget;
    }

    /// <summary>What a log holds for one operation.</summary>
    public static async Task<ValueMap<ExtractedResult>?> OfAsync(
        PlannedOperation planned, RunLog log, ResultBudget budget, CancellationToken cancellationToken)
    {
        if (planned.Operation.Results.Count == 0)
            return null;
        var extraction = new ResultExtraction(planned.Operation.Results, budget);
        await foreach (var entry in log.ReadAsync(0, follow: false, cancellationToken).ConfigureAwait(false))
        {
            if (entry.OpId == planned.Operation.Id && ResultComposer.Source(entry.Kind) is { } source)
                extraction.Take(source, entry.Message);
        }
        return extraction.Found();
    }

    public void Take(LogSource source, string line)
    {
        foreach (var rule in _rules)
            rule.Take(source, line, _budget);
    }

    public ValueMap<ExtractedResult> Found() => new(_rules.Select(rule => KeyValuePair.Create(rule.Name, rule.Found())));

    private sealed class Rule
    {
        private readonly ResultRule _rule;
        private readonly Regex? _regex;
        private readonly List<string?> _groups = [];
        private string? _error;

        public Rule(string name, ResultRule rule)
        {
            Name = name;
            _rule = rule;
            try
            {
                _regex = rule.Compile();
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                _error = $"The pattern of the result {name} cannot be used: {e.Message}";
            }
        }

        public string Name { get; }

        public void Take(LogSource source, string line, ResultBudget budget)
        {
            if (_regex is null || _error is not null || (_rule.Sources.Count > 0 && !_rule.Sources.Contains(source)))
                return;
            var match = _regex.Match(line);
            if (!match.Success)
                return;
            foreach (Group group in match.Groups)
            {
                if (!budget.Take(group.Length))
                {
                    _error = $"The results of the job have more than {Budget} characters; the log has the rest of {Name}.";
                    return;
                }
                _groups.Add(group.Success ? group.Value : null);
            }
        }

        public ExtractedResult Found() => _error is null ? new([.. _groups]) : new([], _error);
    }
}

/// <summary>How much the results of one run may still hold.</summary>
internal sealed class ResultBudget(int characters = ResultExtraction.Budget)
{
    // What a text counts for beyond its characters, so that endless empty matches come to an end too.
    private const int TextCost = 8;

    private int _left = characters;

    public bool Take(int length) => Interlocked.Add(ref _left, -(length + TextCost)) >= 0;
}
