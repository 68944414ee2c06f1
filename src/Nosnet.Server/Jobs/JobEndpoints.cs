using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/jobs</c></summary>
internal static class JobEndpoints
{
    private const string NoResultYet = "has no result yet. It is pinned when its containers have ended.";

    public static async Task<IResult> PostAsync(
        HttpContext http, NetworkEngine engine, Names names, Definitions definitions, JobSecrets secrets, ServerOptions options, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.PostJobRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var wish = await JobWish.ReadAsync(read.Value, http.Caller().Account, options.PostTimeoutUnit, names, definitions, secrets, cancellation);
        if (wish.IsRefused)
            return Answers.Refuse(wish.Refusal);
        return await http.CarryAsync(
            engine, wish.Value.Post(http.Caller()), posted => Shown(posted, engine.Addresses) with { Warnings = wish.Value.Warnings }, ProtocolJson.Default.JobPosted, cancellation);
    }

    public static async Task<IResult> ListAsync(HttpContext http, NetworkEngine engine, Names names, JobViews views, CancellationToken cancellation)
    {
        if (!PathValues.TryLimit(http, out var limit, out var refusal))
            return refusal;
        var query = http.Request.Query;
        if (!JobFilter.TryParse(query["state"].ToString(), out var states, out var mistake))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"state takes {JobFilter.Allowed}; '{PathValues.Shown(mistake)}' is none of these.");

        var account = http.Caller().Account;
        if (query["account"].ToString() is { Length: > 0 } owner)
        {
            if (!http.Caller().IsOperator)
                return Answers.Refuse(ErrorCode.OperatorOnly, "Only the operator lists the jobs of other accounts. Leave 'account' out to list yours.");
            if (!AccountAddress.TryParse(owner, out var address) || await engine.Read.AccountAsync(address, cancellation) is not { } row)
                return Answers.Refuse(ErrorCode.AccountNotFound, $"There is no account '{PathValues.Shown(owner)}'.");
            account = row.Key;
        }

        long? market = null;
        if (query["market"].ToString() is { Length: > 0 } named)
        {
            if (await names.FindMarketAsync(named, cancellation) is not { } row)
                return Answers.Refuse(ErrorCode.UnknownMarket, $"There is no market '{PathValues.Shown(named)}'. GET /api/markets lists those of this network.");
            market = row.Key;
        }

        var before = 0L;
        if (query["cursor"].ToString() is { Length: > 0 } cursor && !(JobAddress.TryParse(cursor, out var last) && engine.Addresses.TryJob(last, out before)))
            return Answers.Refuse(ErrorCode.InvalidParameter, "The cursor is none that this list gave. Pass nextCursor of the page before, or leave it out for the first page.");

        var isFiltered = market is not null || !string.IsNullOrEmpty(query["state"]);
        var walk = await engine.Read.JobsAsync(account, before, limit, job => (market is null || job.Market == market) && (string.IsNullOrEmpty(query["state"]) || states(job)), cancellation);
        var jobs = new List<JobView>(walk.Jobs.Count);
        foreach (var job in walk.Jobs)
            jobs.Add(await views.ShortAsync(job, cancellation));
        var total = isFiltered ? null : (await engine.Read.AccountAsync(account, cancellation))?.Jobs;
        return Answers.Ok(new JobPage(jobs, walk.Next is { } next ? engine.Addresses.Job(next).ToString() : null, total), ProtocolJson.Default.JobPage);
    }

    public static async Task<IResult> GetAsync(string job, HttpContext http, NetworkEngine engine, JobViews views, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(job, http, engine, cancellation);
        return found is null ? refusal! : Answers.Ok(await views.FullAsync(found, cancellation), ProtocolJson.Default.JobView);
    }

    public static async Task<IResult> ExtendAsync(string job, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        if (!PathValues.TryJob(job, out var address, out var refusal))
            return refusal;
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.ExtendJobRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var seconds = JobWish.Extension(read.Value);
        if (seconds.IsRefused)
            return Answers.Refuse(seconds.Refusal);
        return await http.CarryAsync(
            engine, new ExtendJob(http.Caller(), address, seconds.Value), extended => Shown(extended, address), ProtocolJson.Default.JobExtended, cancellation);
    }

    public static async Task<IResult> StopAsync(string job, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        if (!PathValues.TryJob(job, out var address, out var refusal))
            return refusal;
        return await http.CarryAsync(engine, new StopJob(http.Caller(), address), stopped => Shown(stopped, address), ProtocolJson.Default.JobStopped, cancellation);
    }

    public static async Task<IResult> EventsAsync(string job, HttpContext http, NetworkEngine engine, History history, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(job, http, engine, cancellation);
        return found is null ? refusal! : Answers.Ok(await history.OfJobAsync(found, cancellation), ProtocolJson.Default.IReadOnlyListJobEvent);
    }

    public static async Task<IResult> ResultAsync(string job, HttpContext http, NetworkEngine engine, ContentFiles files, ConfidentialJobs confidential, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(job, http, engine, cancellation);
        if (found is null)
            return refusal!;
        // What is pinned of a confidential job says only that it has ended; its node has the rest for a while.
        if (found.IsEnded && await confidential.IsConfidentialAsync(found, cancellation)
            && await confidential.ResultAsync(found, cancellation) is { IsRefused: false, Value: { Length: > 0 } kept })
            return Results.Bytes(kept, "application/json");
        if (found.Result is not { } cid)
        {
            return Answers.Refuse(ErrorCode.ContentNotFound, found.IsEnded
                ? $"Job {job} ended without a result: it never ran to an end."
                : $"Job {job} {NoResultYet}");
        }

        return await files.OpenAsync(cid, cancellation) is { } file
            ? Results.Stream(file, "application/json")
            : Answers.Refuse(ErrorCode.ContentNotFound, $"The result {cid} of job {job} is not held by this network any more.");
    }

    public static async Task<IResult> SendDefinitionAsync(string job, HttpContext http, NetworkEngine engine, ConfidentialJobs confidential, CancellationToken cancellation)
    {
        var (found, refusal) = await FindAsync(job, http, engine, cancellation);
        if (found is null)
            return refusal!;
        var definition = await JsonBodies.BytesAsync(http);
        return await http.DoAsync(async () => (await confidential.SendAsync(found, definition, cancellation)) is { IsRefused: true } sent ? sent.Refusal : null, cancellation);
    }

    /// <summary>The job of a path, if the caller may see it.</summary>
    public static async ValueTask<(Job? Job, IResult? Refusal)> FindAsync(string text, HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        if (!PathValues.TryJob(text, out var address, out var refusal))
            return (null, refusal);
        return engine.Addresses.TryJob(address, out var key) && await engine.Read.JobAsync(key, cancellation) is { } job && http.Caller().MaySee(job)
            ? (job, null)
            : (null, Answers.Refuse(ErrorCode.JobNotFound, $"There is no job {address} on your account. GET /api/jobs lists your jobs."));
    }

    private static JobPosted Shown(PostedJob posted, AddressBook addresses)
    {
        var (job, tx) = (posted.Job, posted.Tx.ToString());
        return new JobPosted
        {
            Tx = tx,
            Job = addresses.Job(job.Key),
            Run = addresses.Run(job.Key, Math.Max(1, job.Epoch)),
            Credits = Used(posted.Reserved, tx, posted.Owner),
            State = job.State,
            Status = job.State.Status(job.Reason),
            TimeoutSeconds = job.TimeoutSeconds,
            ExpiresAt = job.State is JobState.Queued ? job.QueuedUntil : null,
            Node = posted.TakenBy,
        };
    }

    private static JobExtended Shown(ExtendedJob extended, JobAddress address)
    {
        var tx = extended.Tx.ToString();
        return new JobExtended
        {
            Tx = tx,
            Job = address,
            Credits = Used(extended.Reserved, tx, extended.Owner),
            TimeoutSeconds = extended.Job.TimeoutSeconds,
            ExpiresAt = extended.Job.Deadline,
        };
    }

    private static JobStopped Shown(StoppedJob stopped, JobAddress address) => new()
    {
        Tx = stopped.Tx?.ToString(),
        Job = address,
        Delisted = stopped.Outcome is StopOutcome.Delisted,
        Outcome = stopped.Outcome switch
        {
            StopOutcome.Delisted => "delisted",
            StopOutcome.Ending => "ended",
            _ => "already_terminal",
        },
        Status = stopped.Job.State.Status(stopped.Job.Reason),
    };

    private static CreditsUsed Used(Credits reserved, string tx, AccountAddress account) =>
        new() { CostUsd = reserved, Amount = reserved, ReservationId = tx, Project = account };
}
