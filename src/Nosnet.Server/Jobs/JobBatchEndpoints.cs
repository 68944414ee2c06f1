using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/jobs/list/batch</c>, <c>/jobs/extend/batch</c>, <c>/jobs/stop/batch</c>: many jobs in one request, each for itself.</summary>
internal static class JobBatchEndpoints
{
    private const string Confirmed = "confirmed";

    public static async Task<IResult> PostAsync(
        HttpContext http, NetworkEngine engine, Names names, Definitions definitions, JobSecrets secrets, ServerOptions options, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.PostJobsRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var jobs = read.Value.Jobs;
        if (Check(jobs) is { } refusal)
            return Answers.Refuse(refusal);

        var commands = new Command<PostedJob>[jobs.Count];
        for (var i = 0; i < commands.Length; i++)
        {
            // Most batches post one job many times: what is the same is read once.
            if (i > 0 && jobs[i] == jobs[i - 1])
            {
                commands[i] = commands[i - 1];
                continue;
            }

            var wish = await JobWish.ReadAsync(jobs[i], http.Caller().Account, options.PostTimeoutUnit, names, definitions, secrets, cancellation);
            commands[i] = wish.IsRefused ? new Refused<PostedJob>(wish.Refusal) : wish.Value.Post(http.Caller());
        }

        return await http.CarryEachAsync(engine, commands, outcomes => Shown(outcomes, (index, posted) => new JobBatchItem
        {
            Index = index,
            Status = Confirmed,
            Job = engine.Addresses.Job(posted.Job.Key),
            Run = engine.Addresses.Run(posted.Job.Key, Math.Max(1, posted.Job.Epoch)),
            Tx = posted.Tx.ToString(),
            ReservedUsd = posted.Reserved,
            JobStatus = posted.Job.State.Status(posted.Job.Reason),
        }), ProtocolJson.Default.JobBatchAnswer, cancellation);
    }

    public static async Task<IResult> ExtendAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.ExtendJobsRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (Check(read.Value.Jobs) is { } refusal)
            return Answers.Refuse(refusal);
        var commands = read.Value.Jobs.Select(item => Of(item.JobAddress, job => new ExtendJob(http.Caller(), job, item.Seconds))).ToArray();
        return await http.CarryEachAsync(engine, commands, outcomes => Shown(outcomes, (index, extended) => new JobBatchItem
        {
            Index = index,
            Status = Confirmed,
            Job = engine.Addresses.Job(extended.Job.Key),
            Tx = extended.Tx.ToString(),
            ReservedUsd = extended.Reserved,
            JobStatus = extended.Job.State.Status(extended.Job.Reason),
        }), ProtocolJson.Default.JobBatchAnswer, cancellation);
    }

    public static async Task<IResult> StopAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.StopJobsRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        if (Check(read.Value.Jobs) is { } refusal)
            return Answers.Refuse(refusal);
        var commands = read.Value.Jobs.Select(item => Of(item.JobAddress, job => new StopJob(http.Caller(), job))).ToArray();
        return await http.CarryEachAsync(engine, commands, outcomes => Shown(outcomes, (index, stopped) => new JobBatchItem
        {
            Index = index,
            Status = Confirmed,
            Job = engine.Addresses.Job(stopped.Job.Key),
            Tx = stopped.Tx?.ToString(),
            JobStatus = stopped.Job.State.Status(stopped.Job.Reason),
        }), ProtocolJson.Default.JobBatchAnswer, cancellation);
    }

    private static Refusal? Check<T>(IReadOnlyList<T> jobs)
        where T : class?
    {
        if (jobs.Count is < 1 or > JobBatch.Most)
            return new Refusal(ErrorCode.InvalidParameter, $"'jobs' has {jobs.Count} items; a batch takes 1 to {JobBatch.Most}. Send more in several batches, each under a key of its own.");
        for (var i = 0; i < jobs.Count; i++)
            if (jobs[i] is null)
                return new Refusal(ErrorCode.InvalidParameter, $"$.jobs[{i}] is null. Each item of 'jobs' is an object.");
        return null;
    }

    private static Command<T> Of<T>(string address, Func<JobAddress, Command<T>> command) =>
        JobAddress.TryParse(address, out var job) ? command(job) : new Refused<T>(PathValues.NoJob(address));

    private static JobBatchAnswer Shown<T>(IReadOnlyList<Outcome<T>> outcomes, Func<int, T, JobBatchItem> show)
    {
        var items = new JobBatchItem[outcomes.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = outcomes[i].Refusal is { } refusal ? new JobBatchItem { Index = i, Status = "refused", Error = ErrorBody.From(refusal) } : show(i, outcomes[i].Value!);
        return new JobBatchAnswer(items);
    }

    /// <summary>An item that was refused while it was read: it keeps its place among the others.</summary>
    private sealed record Refused<T>(Refusal Refusal) : Command<T>
    {
        public override Outcome<T> Decide(Draft draft) => Refusal;
    }
}
