using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Jobs: post them, look at them, extend, stop and follow them.</summary>
public sealed class JobsClient
{
    private readonly Api _api;
    private readonly IpfsClient _ipfs;

    internal JobsClient(Api api, IpfsClient ipfs)
    {
        _api = api;
        _ipfs = ipfs;
    }

    /// <summary>Posts a job: credits for its whole timeout are reserved, and what it does not use comes back at its end.</summary>
    /// <exception cref="NosanaInsufficientCreditsException">The account has too few credits.</exception>
    /// <exception cref="NosanaConnectionException">No answer came. Look at <see cref="NosanaConnectionException.MayHaveBeenCarriedOut"/> before posting again.</exception>
    public async Task<PostedJob> PostAsync(PostJob job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        var call = _api.Post($"jobs/list").With(job.ToRequest(_api.Connection.Network.IsNosnet), WireJson.Writing.PostJobRequest);
        return PostedJob.Read(this, call, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Pins a definition and posts a job that runs it.</summary>
    /// <param name="definition">What to run.</param>
    /// <param name="market">The market, by address or short name.</param>
    /// <param name="timeout">The longest it may run, for which credits are reserved; an hour unless told.</param>
    /// <param name="node">The one node that may run it; any of the market unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; the job may have been posted all the same.</param>
    /// <inheritdoc cref="PostAsync(PostJob, CancellationToken)" path="/exception"/>
    public async Task<PostedJob> PostAsync(
        JobDefinition definition, MarketId market, TimeSpan? timeout = null, NodeAddress? node = null, CancellationToken cancellationToken = default)
    {
        var cid = await _ipfs.AddAsync(definition, cancellationToken).ConfigureAwait(false);
        return await PostAsync(new PostJob(cid, market) { Timeout = timeout, Node = node }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A handle on a job that was posted before. Asks nothing.</summary>
    public JobHandle Handle(JobAddress address) => new(this, address);

    /// <summary>The job as it stands.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such job, or it belongs to another account.</exception>
    public async Task<Job> GetAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        var wire = await _api.Transport.ObjectAsync(_api.Get($"jobs/{address}"), cancellationToken).ConfigureAwait(false);
        return JobReading.Job(wire, address)!;
    }

    /// <summary>The account's jobs, newest first, without definitions and results. Nosnet networks only.</summary>
    public Paged<Job> ListAsync(JobFilter? filter = null) => new(async (cursor, cancellation) =>
    {
        var call = _api.Get($"jobs").With(
            ("state", filter?.States), ("market", filter?.Market), ("account", filter?.Account), ("limit", filter?.PageSize), ("cursor", cursor));
        var page = await _api.Transport.ObjectAsync(call, cancellation).ConfigureAwait(false);
        if (!page.Json.TryGetProperty("jobs", out var jobs) || jobs.ValueKind != JsonValueKind.Array)
            throw Answers.Unreadable(call, "it has no list of jobs");
        return new Page<Job>([.. page.Objects("jobs").Select(j => JobReading.Job(j, null)).OfType<Job>()], page.Text("nextCursor"));
    });

    /// <summary>Lets a job run longer, and reserves credits for that.</summary>
    /// <param name="address">The job.</param>
    /// <param name="by">By how much; rounded up to a second.</param>
    /// <param name="cancellationToken">Gives up waiting; the extension may have happened all the same.</param>
    /// <exception cref="NosanaInsufficientCreditsException">The account has too few credits.</exception>
    /// <exception cref="NosanaException"><see cref="ErrorCode.JobEnded"/>: it is over.</exception>
    public async Task<ExtendedJob> ExtendAsync(JobAddress address, TimeSpan by, CancellationToken cancellationToken = default)
    {
        var request = new ExtendJobRequest { Seconds = by.WholeSeconds(nameof(by)) };
        var call = _api.Post($"jobs/{address}/extend").With(request, WireJson.Writing.ExtendJobRequest);
        return ExtendedJob.Read(address, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Stops a job. One that is queued ends at once and costs nothing; one that runs ends as soon as its containers have.</summary>
    public async Task<StoppedJob> StopAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        var call = _api.Post($"jobs/{address}/stop");
        return StoppedJob.Read(address, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The result document of a job, logs included.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such job, or it has no result yet.</exception>
    public async Task<JobResult> ResultAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        if (_api.Connection.Network.IsNosnet)
            return JobReading.Result(await _api.Transport.BytesAsync(_api.Get($"jobs/{address}/result"), JobResult.MaxBytes, cancellationToken).ConfigureAwait(false));
        var job = await GetAsync(address, cancellationToken).ConfigureAwait(false);
        return await ResultAsync(job, cancellationToken).ConfigureAwait(false)
            ?? throw new Failure(404, $"The job {address} has no result yet.").ToException();
    }

    /// <summary>The steps in the job's life, oldest first. Nosnet networks only.</summary>
    public Task<IReadOnlyList<JobEvent>> EventsAsync(JobAddress address, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"jobs/{address}/events"), WireJson.Reading.IReadOnlyListJobEvent, cancellationToken);

    /// <summary>
    /// Follows a job to its end: where it stands, its log line by line, and the ended job. A lost connection is taken up again where
    /// it was lost, for up to ten minutes without contact. A network that streams nothing is asked every five seconds instead, and
    /// the log comes out of the result at the end.
    /// </summary>
    /// <param name="address">The job.</param>
    /// <param name="from">After which line of the log to begin; at its beginning unless told.</param>
    /// <param name="cancellationToken">Leaves off. The job goes on.</param>
    public IAsyncEnumerable<JobUpdate> FollowAsync(JobAddress address, LogPosition? from = null, CancellationToken cancellationToken = default) =>
        Updates(address, logs: true, from, cancellationToken);

    /// <summary>Waits for the end of a job, however long that takes, and gives the ended job: its state, result and cost.</summary>
    /// <param name="address">The job.</param>
    /// <param name="cancellationToken">Leaves off. The job goes on.</param>
    public async Task<Job> WaitAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        await foreach (var update in Updates(address, logs: false, null, cancellationToken).ConfigureAwait(false))
        {
            if (update is JobEnded end)
                return end.Job;
        }
        throw new NosanaException($"The updates of {address} ended before the job did.");
    }

    /// <summary>The result that a job carries or, where it carries none, points to.</summary>
    internal async Task<JobResult?> ResultAsync(Job job, CancellationToken cancellation) =>
        job.Result ?? (job.ResultCid is { } cid ? JobReading.Result(await _ipfs.ReadAsync(cid, JobResult.MaxBytes, cancellation).ConfigureAwait(false)) : null);

    private IAsyncEnumerable<JobUpdate> Updates(JobAddress address, bool logs, LogPosition? from, CancellationToken cancellation) =>
        _api.Connection.Network.IsNosnet
            ? JobStream.ReadAsync(_api, address, logs, from, cancellation)
            : new JobPolling(this, _api.Connection.Time, address, logs).ReadAsync(from, cancellation);
}
