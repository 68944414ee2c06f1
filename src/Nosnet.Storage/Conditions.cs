using System.Globalization;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>
/// What rows have to meet to be in a list: SQL for one of the stores, with its parameters. The text holds names of columns and places for
/// parameters only; whatever came from outside is a parameter.
/// </summary>
internal sealed class Conditions
{
    private readonly List<string> _all = [];
    private readonly List<object> _parameters = [];
    private readonly bool _isPostgres;

    private Conditions(bool isPostgres, string owner, long key)
    {
        _isPostgres = isPostgres;
        Equal(owner, key);
    }

    public IReadOnlyList<object> Parameters => _parameters;

    public static Conditions Of(bool isPostgres, long account, DeploymentFilter filter)
    {
        var all = new Conditions(isPostgres, "account", account);
        all._all.Add("deleted = 0");
        all.Contains(["id", "name"], filter.Search);
        all.Among("id", filter.Addresses?.Select(a => (object)a.ToString()));
        all.Equal("name", filter.Name);
        all.Among("status", filter.Statuses?.Select(s => (object)(long)s));
        all.Among("strategy", filter.Strategies?.Select(s => (object)(long)s));
        if (filter.Payer is { } payer)
            all.Equal("(CASE vault WHEN 0 THEN account ELSE vault END)", payer);
        all.Equal("idempotency_key", filter.IdempotencyKey);
        all.Within("created_at", filter.CreatedFrom, filter.CreatedUntil);
        return all;
    }

    public static Conditions Of(bool isPostgres, long deployment, DeploymentJobFilter filter)
    {
        var all = new Conditions(isPostgres, "deployment", deployment);
        // Said once more, because it is what the index is for.
        all._all.Add("deployment <> 0");
        all.Among("state", filter.States?.Select(s => (object)(long)s));
        all.Equal("key", filter.Job);
        all.Equal("revision", filter.Revision);
        all.Within("posted_at", filter.CreatedFrom, filter.CreatedUntil);
        return all;
    }

    public static Conditions Of(bool isPostgres, long deployment, DeploymentRevisionFilter filter)
    {
        var all = new Conditions(isPostgres, "deployment", deployment);
        all.Equal("number", filter.Number);
        all.Within("created_at", filter.CreatedFrom, filter.CreatedUntil);
        return all;
    }

    public static Conditions Of(bool isPostgres, long deployment, DeploymentEventFilter filter)
    {
        var all = new Conditions(isPostgres, "deployment", deployment);
        all.Among("category", filter.Categories);
        all.Among("type", filter.Types);
        all.Within("at", filter.CreatedFrom, filter.CreatedUntil);
        return all;
    }

    public static Conditions Of(bool isPostgres, long deployment, DeploymentTaskFilter filter)
    {
        var all = new Conditions(isPostgres, "deployment", deployment);
        all.Among("kind", filter.Kinds?.Select(k => (object)(long)k));
        all.Within("due_at", filter.DueFrom, filter.DueUntil);
        return all;
    }

    /// <summary>The statement that counts the rows of a table.</summary>
    public string Count(string table) => $"SELECT COUNT(*) FROM {table} WHERE {this}";

    /// <summary>The statement that reads a stretch of them.</summary>
    public string Select(string table, string columns, Stretch stretch)
    {
        if (stretch.Beyond is { } beyond)
            _all.Add($"key {(stretch.IsDescending ? '<' : '>')} {Parameter(beyond)}");
        return $"SELECT {columns} FROM {table} WHERE {this} ORDER BY key{(stretch.IsDescending ? " DESC" : "")} LIMIT {Parameter((long)stretch.Limit)}";
    }

    public override string ToString() => string.Join(" AND ", _all);

    private void Equal(string column, object? value)
    {
        if (value is not null)
            _all.Add($"{column} = {Parameter(value is int number ? (long)number : value)}");
    }

    private void Among(string column, IEnumerable<object>? values)
    {
        if (values is not null)
            _all.Add($"{column} IN ({string.Join(", ", values.Select(Parameter).DefaultIfEmpty("NULL"))})");
    }

    private void Within(string column, DateTimeOffset? from, DateTimeOffset? until)
    {
        if (from is { } first)
            _all.Add($"{column} >= {Parameter(first.ToUnixTimeMilliseconds())}");
        if (until is { } last)
            _all.Add($"{column} <= {Parameter(last.ToUnixTimeMilliseconds())}");
    }

    private void Contains(IReadOnlyList<string> columns, string? part)
    {
        if (string.IsNullOrEmpty(part))
            return;
        var function = _isPostgres ? "strpos" : "instr";
        _all.Add($"({string.Join(" OR ", columns.Select(c => $"{function}(lower({c}), lower({Parameter(part)})) > 0"))})");
    }

    private string Parameter(object value)
    {
        _parameters.Add(value);
        return _isPostgres ? string.Create(CultureInfo.InvariantCulture, $"${_parameters.Count}") : "?";
    }
}
