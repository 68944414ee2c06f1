using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>One deployment and what can be done with it. Holds nothing but the address: make as many as you like.</summary>
public sealed class DeploymentHandle
{
    private readonly Api _api;

    internal DeploymentHandle(Api api, DeploymentAddress address)
    {
        _api = api;
        Address = address;
    }

    /// <summary>The deployment's address.</summary>
    public DeploymentAddress Address { get; }

    /// <summary>The deployment as it stands.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such deployment, or it belongs to another account.</exception>
    public async Task<Deployment> GetAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"deployments/{Address}");
        return DeploymentReading.Deployment(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) ?? throw Answers.Unreadable(call, "the deployment has no id");
    }

    /// <summary>Starts it: its strategy posts jobs from now on.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.DeploymentState"/>: it runs already, is being stopped, or is archived.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => DoAsync(_api.Post($"deployments/{Address}/start"), cancellationToken);

    /// <summary>Stops it and its jobs. It is STOPPING until the last of them has ended.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.DeploymentState"/>: it does not run.</exception>
    public Task StopAsync(CancellationToken cancellationToken = default) => DoAsync(_api.Post($"deployments/{Address}/stop"), cancellationToken);

    /// <summary>Puts it away for good: it stays readable, and only its name can change. It must be stopped.</summary>
    public Task ArchiveAsync(CancellationToken cancellationToken = default) => DoAsync(_api.Post($"deployments/{Address}/archive"), cancellationToken);

    /// <summary>Deletes it with its revisions and events. It must be stopped. Its jobs stay in the account's list of jobs.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken = default) => _api.Transport.DoneAsync(_api.Once(_api.Delete($"deployments/{Address}")), cancellationToken);

    /// <summary>Makes a copy of it, of the active revision alone. Nosnet networks and newer official ones.</summary>
    /// <param name="name">The name of the copy; that of this one with <c> (copy)</c> behind it unless told.</param>
    /// <param name="autostart">Whether to start the copy at once.</param>
    /// <param name="cancellationToken">Gives up waiting; the copy may have been made all the same.</param>
    public async Task<Deployment> DuplicateAsync(string? name = null, bool autostart = false, CancellationToken cancellationToken = default)
    {
        var call = _api.Once(_api.Post($"deployments/{Address}/duplicate")).With(new DuplicateDeploymentRequest { Name = name, Autostart = autostart }, WireJson.Writing.DuplicateDeploymentRequest);
        return DeploymentReading.Deployment(await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)) ?? throw Answers.Unreadable(call, "the copy has no id");
    }

    /// <summary>Changes how many jobs it keeps: too many are stopped, too few are posted. 0 keeps none.</summary>
    public Task ScaleAsync(int replicas, CancellationToken cancellationToken = default) =>
        UpdateAsync("replica-count", new UpdateDeploymentRequest { Replicas = replicas }, cancellationToken);

    /// <summary>Changes the timeout of its jobs. Jobs of SIMPLE-EXTEND and INFINITE that run get the longer time too.</summary>
    public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        UpdateAsync("timeout", new UpdateDeploymentRequest { Timeout = CreateDeployment.Minutes(timeout) }, cancellationToken);

    /// <summary>Changes the schedule of a SCHEDULED one.</summary>
    /// <param name="schedule">A cron schedule of five fields.</param>
    /// <param name="timeZone">Its time zone by its IANA name; as it is unless told. Nosnet networks only.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task SetScheduleAsync(string schedule, string? timeZone = null, CancellationToken cancellationToken = default) =>
        UpdateAsync("schedule", new UpdateDeploymentRequest { Schedule = schedule, TimeZone = timeZone }, cancellationToken);

    /// <summary>Changes its name.</summary>
    public Task RenameAsync(string name, CancellationToken cancellationToken = default) =>
        UpdateAsync("name", new UpdateDeploymentRequest { Name = name }, cancellationToken);

    /// <summary>Moves it to another market: jobs elsewhere are stopped, and replaced as the strategy says.</summary>
    public Task SetMarketAsync(MarketId market, CancellationToken cancellationToken = default) =>
        UpdateAsync("market", new UpdateDeploymentRequest { Market = market.ToString() }, cancellationToken);

    /// <summary>Changes how long a job may take until its ports answer; zero: as long as it likes, on Nosnet networks.</summary>
    public Task SetStartupTimeoutAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        UpdateAsync("startup-timeout", new UpdateDeploymentRequest { StartupTimeout = CreateDeployment.Minutes(timeout) }, cancellationToken);

    /// <summary>Changes what its jobs may cost in all and how many it may post; null: no limit. Nosnet networks only.</summary>
    public Task SetLimitsAsync(Credits? budget, int? maxJobs, CancellationToken cancellationToken = default) =>
        UpdateAsync("budget", new UpdateDeploymentRequest { Budget = budget, MaxJobs = maxJobs }, cancellationToken);

    /// <summary>Makes a new revision and makes it the active one: running jobs are replaced by jobs of it.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> CreateRevisionAsync(JobDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var bytes = definition.ToUtf8Bytes();
        var call = _api.Once(_api.Post($"deployments/{Address}/create-revision")) with { Body = () => Call.Json(bytes) };
        return Number(call, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes an earlier (or later) revision the active one: running jobs are replaced by jobs of it.</summary>
    public Task RollBackAsync(int revision, CancellationToken cancellationToken = default) =>
        UpdateAsync("active-revision", new UpdateDeploymentRequest { ActiveRevision = revision }, cancellationToken);

    /// <summary>Its jobs, newest first.</summary>
    public Paged<DeploymentJob> JobsAsync(int? pageSize = null) =>
        DeploymentPaging.List(_api, "jobs", DeploymentReading.Job, cursor => _api.Get($"deployments/{Address}/jobs").With(("limit", pageSize), ("cursor", cursor)));

    /// <summary>Its revisions, newest first.</summary>
    public Paged<DeploymentRevision> RevisionsAsync(int? pageSize = null) =>
        DeploymentPaging.List(_api, "revisions", DeploymentReading.Revision, cursor => _api.Get($"deployments/{Address}/revisions").With(("limit", pageSize), ("cursor", cursor)));

    /// <summary>The steps in its life, newest first.</summary>
    public Paged<DeploymentEvent> EventsAsync(int? pageSize = null) =>
        DeploymentPaging.List(_api, "events", DeploymentReading.Event, cursor => _api.Get($"deployments/{Address}/events").With(("limit", pageSize), ("cursor", cursor)));

    /// <summary>What it is about to do.</summary>
    public Paged<DeploymentTask> TasksAsync(int? pageSize = null) =>
        DeploymentPaging.List(_api, "tasks", DeploymentReading.Task, cursor => _api.Get($"deployments/{Address}/tasks").With(("limit", pageSize), ("cursor", cursor)));

    /// <summary>What opens the API of the nodes that run its jobs, to be sent as <c>Authorization</c>.</summary>
    public async Task<string> HeaderAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"deployments/{Address}/header");
        return (await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false)).Text("header") ?? throw Answers.Unreadable(call, "it has no header");
    }

    /// <summary>
    /// Follows it: where it, its jobs, tasks and endpoints stand, and then every change. A lost connection is taken up again, beginning with where
    /// everything stands and with the events since (which official networks do not tell again). It ends only when it is cancelled or the deployment is gone.
    /// </summary>
    /// <exception cref="NosanaNotFoundException">There is no such deployment, or it belongs to another account.</exception>
    public IAsyncEnumerable<StreamFrame> FollowAsync(CancellationToken cancellationToken = default) => DeploymentStream.ReadAsync(_api, Address, cancellationToken);

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();

    internal Task UpdateAsync(string what, UpdateDeploymentRequest request, CancellationToken cancellation) =>
        DoAsync(_api.Patch($"deployments/{Address}/update-{what}").With(request, WireJson.Writing.UpdateDeploymentRequest), cancellation);

    private Task DoAsync(Call call, CancellationToken cancellation) => _api.Transport.DoneAsync(_api.Once(call), cancellation);

    private static int Number(Call call, WireObject answer) => answer.Count("active_revision") ?? throw Answers.Unreadable(call, "it has no number of a revision");
}
