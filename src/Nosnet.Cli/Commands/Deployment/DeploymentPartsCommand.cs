using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A command that lists what belongs to a deployment.</summary>
internal sealed class DeploymentPartsCommand<T> : DeploymentCommand
{
    private readonly Option<int> _limit = new("--limit") { Description = "How many at most.", HelpName = "count", DefaultValueFactory = _ => 20 };
    private readonly Func<DeploymentHandle, int, Paged<T>> _list;
    private readonly Func<T, JsonElement> _json;
    private readonly string[] _headings;
    private readonly Func<T, object?[]> _row;

    public DeploymentPartsCommand(
        Terminal terminal, string name, string description, Func<DeploymentHandle, int, Paged<T>> list, Func<T, JsonElement> json, string[] headings, Func<T, object?[]> row)
        : base(terminal, name, description)
    {
        (_list, _json, _headings, _row) = (list, json, headings, row);
        Add(_limit);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var limit = parsed.GetValue(_limit);
        if (limit < 1)
            throw new UsageException("--limit is 1 or more.");
        var items = await _list(deployment, limit <= 10 ? 10 : limit <= 20 ? 20 : 50).Take(limit).ToListAsync(cancellation);
        return PrintList(parsed, items, _json, _headings, _row);
    }
}

/// <summary>The commands of that kind.</summary>
internal static class DeploymentParts
{
    public static Command Jobs(Terminal terminal) => new DeploymentPartsCommand<DeploymentJob>(
        terminal, "jobs", "Lists a deployment's jobs, newest first.", (d, size) => d.JobsAsync(size), job => job.Json,
        ["JOB", "STATE", "REASON", "REVISION", "POSTED", "STARTED", "COST", "NODE"],
        job => [job.Address, DeploymentOptions.Word(job.State), JobSummary.Words(job.EndReason), job.Revision, job.PostedAt, job.StartedAt, job.Cost, job.Node]);

    public static Command Events(Terminal terminal) => new DeploymentPartsCommand<DeploymentEvent>(
        terminal, "events", "Lists the steps in a deployment's life, newest first.", (d, size) => d.EventsAsync(size), step => step.Json,
        ["AT", "EVENT", "MESSAGE"], step => [step.At, step.Type, step.Message]);

    public static Command Tasks(Terminal terminal) => new DeploymentPartsCommand<DeploymentTask>(
        terminal, "tasks", "Lists what a deployment is about to do.", (d, size) => d.TasksAsync(size), task => task.Json,
        ["DUE", "TASK", "JOB", "COUNT", "RETRIES"], task => [task.DueAt, task.Kind.ToString().ToLowerInvariant(), task.Job, task.Limit, task.Retries]);

    public static Command Revisions(Terminal terminal) => new DeploymentPartsCommand<DeploymentRevision>(
        terminal, "revisions", "Lists a deployment's revisions, newest first.", (d, size) => d.RevisionsAsync(size), revision => revision.Json,
        ["REVISION", "CREATED", "DEFINITION"], revision => [revision.Number, revision.CreatedAt, revision.Cid]);
}
