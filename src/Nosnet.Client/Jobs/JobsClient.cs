using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Jobs: post them, look at them, extend, stop and follow them.</summary>
public sealed class JobsClient
{
    private static readonly TimeSpan SendPause = TimeSpan.FromMilliseconds(500);

    private readonly Api _api;
    private readonly IpfsClient _ipfs;

    internal JobsClient(Api api, IpfsClient ipfs)
    {
        _api = api;
        _ipfs = ipfs;
    }

    /// <summary>
    /// Posts a job: credits for its whole timeout are reserved, and what it does not use comes back at its end. Sent again by itself
    /// where the answer is lost: the network posts it once.
    /// </summary>
    /// <exception cref="NosanaInsufficientCreditsException">The account has too few credits.</exception>
    /// <exception cref="NosanaConnectionException">No answer came. Post again under its <see cref="NosanaConnectionException.IdempotencyKey"/>.</exception>
    public async Task<PostedJob> PostAsync(PostJob job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        var call = _api.Once(_api.Post($"jobs/list"), job.IdempotencyKey).With(job.ToRequest(_api.Connection.Network.IsNosnet), WireJson.Writing.PostJobRequest);
        return PostedJob.Read(this, call, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Pins a definition and posts a job that runs it.</summary>
    /// <param name="definition">What to run.</param>
    /// <param name="market">The market, by address or short name.</param>
    /// <param name="timeout">The longest it may run, for which credits are reserved; an hour unless told.</param>
    /// <param name="node">The one node that may run it; any of the market unless told.</param>
    /// <param name="idempotencyKey">A text of your own for this job, see <see cref="PostJob.IdempotencyKey"/>; a new one unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; the job may have been posted all the same.</param>
    /// <inheritdoc cref="PostAsync(PostJob, CancellationToken)" path="/exception"/>
    public async Task<PostedJob> PostAsync(
        JobDefinition definition, MarketId market, TimeSpan? timeout = null, NodeAddress? node = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        // A key that cannot be is refused before anything is pinned.
        var options = new PostJob(default, market) { Timeout = timeout, Node = node, IdempotencyKey = idempotencyKey };
        var cid = await _ipfs.AddAsync(definition, cancellationToken).ConfigureAwait(false);
        return await PostAsync(options with { Definition = cid }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What posting a job would come to: its cost, its place in the queue, the refusal that it would meet. Nothing is posted. Nosnet networks only.</summary>
    public Task<JobQuote> QuoteAsync(PostJob job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        return QuoteAsync(
            new QuoteJobRequest { IpfsHash = job.Definition.ToString(), Market = job.Market.ToString(), TimeoutSeconds = job.Timeout?.WholeSeconds(nameof(job.Timeout)), Node = job.Node?.ToString() },
            cancellationToken);
    }

    /// <summary>The same of a definition that need not be pinned, and is not.</summary>
    /// <param name="definition">What to run.</param>
    /// <param name="market">The market, by address or short name.</param>
    /// <param name="timeout">The longest it may run; an hour unless told.</param>
    /// <param name="node">The one node that may run it; any of the market unless told.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<JobQuote> QuoteAsync(JobDefinition definition, MarketId market, TimeSpan? timeout = null, NodeAddress? node = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return QuoteAsync(
            new QuoteJobRequest { Definition = JsonElement.Parse(definition.ToUtf8Bytes()), Market = market.ToString(), TimeoutSeconds = timeout?.WholeSeconds(nameof(timeout)), Node = node?.ToString() },
            cancellationToken);
    }

    /// <summary>
    /// Posts a job whose definition and result never are on IPFS: what is pinned says only that it is confidential. Waits until a node has taken
    /// it, and sends the definition there. The node keeps the result for an hour after the end; <see cref="JobHandle.ResultAsync"/> collects it.
    /// Nosnet networks only.
    /// </summary>
    /// <remarks>
    /// Whoever leaves off before a node has it, or loses the connection, posts again under the same <paramref name="idempotencyKey"/>, which goes on
    /// with the same job. To know its address while it waits, take the steps one by one, as <c>nosnet job post --confidential</c> does: pin
    /// <see cref="StubOf"/>, post that with <see cref="PostAsync(PostJob, CancellationToken)"/>, and call <see cref="SendDefinitionAsync"/>.
    /// </remarks>
    /// <param name="definition">What to run. Its secrets are named in what is pinned, without their values.</param>
    /// <param name="market">The market, by address or short name.</param>
    /// <param name="timeout">The longest it may run, for which credits are reserved; an hour unless told.</param>
    /// <param name="node">The one node that may run it; any of the market unless told.</param>
    /// <param name="idempotencyKey">A text of your own for this job, see <see cref="PostJob.IdempotencyKey"/>; a new one unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; the job may have been posted all the same, and then waits in the queue, see the remarks.</param>
    /// <exception cref="NosanaException"><see cref="ErrorCode.InvalidDefinition"/>: it cannot be run; nothing was sent.</exception>
    public async Task<PostedJob> PostConfidentialAsync(
        JobDefinition definition, MarketId market, TimeSpan? timeout = null, NodeAddress? node = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        IpfsClient.Check(definition.ToUtf8Bytes());
        var job = await PostAsync(StubOf(definition), market, timeout, node, idempotencyKey, cancellationToken).ConfigureAwait(false);
        await SendDefinitionAsync(job.Address, definition, cancellationToken).ConfigureAwait(false);
        return job;
    }

    /// <summary>What is pinned and posted in the place of a confidential job's definition, which is sent to its node once it has one.</summary>
    public static JobDefinition StubOf(JobDefinition definition)
    {
        var names = SecretNames.In(definition);
        return new JobDefinition
        {
            Ops = [],
            Logistics = new() { Send = new(LogisticsKind.ApiListen), Receive = new(LogisticsKind.ApiListen) },
            // A node gets the secrets that the pinned definition names.
            Global = names.Count == 0 ? null : new() { Variables = new(names.Select(name => KeyValuePair.Create(name, $"%%{SecretNames.Root}.{name}%%"))) },
        };
    }

    /// <summary>Sends the definition of a confidential job to its node, as soon as it has one that waits for it. Nosnet networks only.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.JobEnded"/>: it is over.</exception>
    public async Task SendDefinitionAsync(JobAddress address, JobDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var bytes = definition.ToUtf8Bytes();
        var call = _api.Once(_api.Post($"jobs/{address}/job-definition")) with { Body = () => Call.Json(bytes) };
        while (true)
        {
            try
            {
                await _api.Transport.DoneAsync(call, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NosanaException e) when (e.Is(ErrorCode.NotRunning) || e.Is(ErrorCode.NodeUnreachable))
            {
                await Task.Delay(SendPause, _api.Connection.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<JobQuote> QuoteAsync(QuoteJobRequest request, CancellationToken cancellationToken) =>
        _api.Transport.AnswerAsync(_api.Post($"jobs/quote").With(request, WireJson.Writing.QuoteJobRequest), WireJson.Reading.JobQuote, cancellationToken);

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
        var call = _api.Once(_api.Post($"jobs/{address}/extend")).With(request, WireJson.Writing.ExtendJobRequest);
        return ExtendedJob.Read(address, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Stops a job. One that is queued ends at once and costs nothing; one that runs ends as soon as its containers have.</summary>
    public async Task<StoppedJob> StopAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        var call = _api.Once(_api.Post($"jobs/{address}/stop"));
        return StoppedJob.Read(address, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Posts up to 1,000 jobs in one call, each for itself: one that is refused does not keep the others from being posted.</summary>
    /// <param name="jobs">The jobs, without keys of their own.</param>
    /// <param name="idempotencyKey">A text of your own for the batch: sent again under it within 24 hours, it is posted once. A new one unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; the jobs may have been posted all the same.</param>
    /// <returns>What became of each, in the order of the jobs.</returns>
    /// <exception cref="ArgumentException">There are none or too many jobs, or one has a key of its own.</exception>
    /// <exception cref="NosanaConnectionException">No answer came. Post the batch again under its <see cref="NosanaConnectionException.IdempotencyKey"/>.</exception>
    public Task<IReadOnlyList<BatchedJob>> PostManyAsync(IReadOnlyCollection<PostJob> jobs, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        CheckCount(jobs);
        if (jobs.Any(j => j.IdempotencyKey is not null))
            throw new ArgumentException("A batch has one idempotency key for all its jobs; leave those of the jobs out.", nameof(jobs));
        var request = new PostJobsRequest([.. jobs.Select(j => j.ToRequest(_api.Connection.Network.IsNosnet))]);
        return ManyAsync(_api.Once(_api.Post($"jobs/list/batch"), idempotencyKey).With(request, WireJson.Writing.PostJobsRequest), jobs.Count, cancellationToken);
    }

    /// <summary>Lets up to 1,000 jobs run longer in one call, each for itself.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="by">By how much; rounded up to a second.</param>
    /// <param name="cancellationToken">Gives up waiting; the extensions may have happened all the same.</param>
    /// <returns>What became of each, in the order of the jobs.</returns>
    /// <exception cref="ArgumentException">There are none or too many jobs.</exception>
    public Task<IReadOnlyList<BatchedJob>> ExtendManyAsync(IReadOnlyCollection<JobAddress> jobs, TimeSpan by, CancellationToken cancellationToken = default)
    {
        CheckCount(jobs);
        var seconds = by.WholeSeconds(nameof(by));
        var request = new ExtendJobsRequest([.. jobs.Select(j => new ExtendJobsItem(j.ToString(), seconds))]);
        return ManyAsync(_api.Once(_api.Post($"jobs/extend/batch")).With(request, WireJson.Writing.ExtendJobsRequest), jobs.Count, cancellationToken);
    }

    /// <summary>Stops up to 1,000 jobs in one call, each for itself.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="cancellationToken">Gives up waiting; the jobs may be stopped all the same.</param>
    /// <returns>What became of each, in the order of the jobs.</returns>
    /// <exception cref="ArgumentException">There are none or too many jobs.</exception>
    public Task<IReadOnlyList<BatchedJob>> StopManyAsync(IReadOnlyCollection<JobAddress> jobs, CancellationToken cancellationToken = default)
    {
        CheckCount(jobs);
        var request = new StopJobsRequest([.. jobs.Select(j => new StopJobsItem(j.ToString()))]);
        return ManyAsync(_api.Once(_api.Post($"jobs/stop/batch")).With(request, WireJson.Writing.StopJobsRequest), jobs.Count, cancellationToken);
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

    /// <summary>What a job uses: the last ten minutes while it runs, and what its operations have used in all. Nosnet networks only.</summary>
    public Task<JobStats> StatsAsync(JobAddress address, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"jobs/{address}/stats"), WireJson.Reading.JobStats, cancellationToken);

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
        Updates(address, logs: true, from, new LogSelection(), cancellationToken);

    /// <summary>The same, of the log only the lines that are wanted.</summary>
    /// <param name="address">The job.</param>
    /// <param name="from">After which line of the log to begin; null: at its beginning.</param>
    /// <param name="only">Which lines.</param>
    /// <param name="cancellationToken">Leaves off. The job goes on.</param>
    public IAsyncEnumerable<JobUpdate> FollowAsync(JobAddress address, LogPosition? from, LogSelection only, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(only);
        // The network leaves out what it can tell; some of them tell nothing of this.
        return Updates(address, logs: true, from, only, cancellationToken).Where(update => update is not JobLogged { Entry: var entry } || only.Matches(entry));
    }

    /// <summary>Waits for the end of a job, however long that takes, and gives the ended job: its state, result and cost.</summary>
    /// <param name="address">The job.</param>
    /// <param name="cancellationToken">Leaves off. The job goes on.</param>
    public async Task<Job> WaitAsync(JobAddress address, CancellationToken cancellationToken = default)
    {
        await foreach (var update in Updates(address, logs: false, null, new LogSelection(), cancellationToken).ConfigureAwait(false))
        {
            if (update is JobEnded end)
                return end.Job;
        }
        throw new NosanaException($"The updates of {address} ended before the job did.");
    }

    internal JobOperations Operations(JobAddress address) => new(_api, address);

    /// <summary>The result that a job carries or, where it carries none, points to.</summary>
    internal async Task<JobResult?> ResultAsync(Job job, CancellationToken cancellation) =>
        job.Result ?? (job.ResultCid is { } cid ? JobReading.Result(await _ipfs.ReadAsync(cid, JobResult.MaxBytes, cancellation).ConfigureAwait(false)) : null);

    private async Task<IReadOnlyList<BatchedJob>> ManyAsync(Call call, int count, CancellationToken cancellation)
    {
        var answer = await _api.Transport.ObjectAsync(call, cancellation).ConfigureAwait(false);
        var items = answer.Objects("items").Select(item => BatchedJob.Read(this, call, item)).OrderBy(item => item.Index).ToList();
        return items.Count == count ? items : throw Answers.Unreadable(call, $"it tells of {items.Count} jobs, and {count} were sent");
    }

    private static void CheckCount<T>(IReadOnlyCollection<T> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (jobs.Count is < 1 or > JobBatch.Most)
            throw new ArgumentException($"A batch has 1 to {JobBatch.Most} jobs, not {jobs.Count}.", nameof(jobs));
    }

    private IAsyncEnumerable<JobUpdate> Updates(JobAddress address, bool logs, LogPosition? from, LogSelection only, CancellationToken cancellation) =>
        _api.Connection.Network.IsNosnet
            ? JobStream.ReadAsync(_api, address, logs, from, only, cancellation)
            : new JobPolling(this, _api.Connection.Time, address, logs).ReadAsync(from, cancellation);
}
