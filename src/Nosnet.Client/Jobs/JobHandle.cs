using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>One job and what can be done with it. Holds nothing but the address: make as many as you like.</summary>
public class JobHandle
{
    private readonly JobsClient _jobs;

    internal JobHandle(JobsClient jobs, JobAddress address)
    {
        _jobs = jobs;
        Address = address;
    }

    /// <summary>The job's address.</summary>
    public JobAddress Address { get; }

    /// <summary>Its operations.</summary>
    public JobOperations Operations => _jobs.Operations(Address);

    /// <inheritdoc cref="JobsClient.GetAsync"/>
    public Task<Job> GetAsync(CancellationToken cancellationToken = default) => _jobs.GetAsync(Address, cancellationToken);

    /// <inheritdoc cref="JobsClient.FollowAsync(JobAddress, LogPosition?, CancellationToken)"/>
    public IAsyncEnumerable<JobUpdate> FollowAsync(LogPosition? from = null, CancellationToken cancellationToken = default) =>
        _jobs.FollowAsync(Address, from, cancellationToken);

    /// <inheritdoc cref="JobsClient.FollowAsync(JobAddress, LogPosition?, LogSelection, CancellationToken)"/>
    public IAsyncEnumerable<JobUpdate> FollowAsync(LogPosition? from, LogSelection only, CancellationToken cancellationToken = default) =>
        _jobs.FollowAsync(Address, from, only, cancellationToken);

    /// <inheritdoc cref="JobsClient.WaitAsync"/>
    public Task<Job> WaitAsync(CancellationToken cancellationToken = default) => _jobs.WaitAsync(Address, cancellationToken);

    /// <inheritdoc cref="JobsClient.ExtendAsync"/>
    public Task<ExtendedJob> ExtendAsync(TimeSpan by, CancellationToken cancellationToken = default) => _jobs.ExtendAsync(Address, by, cancellationToken);

    /// <inheritdoc cref="JobsClient.StopAsync"/>
    public Task<StoppedJob> StopAsync(CancellationToken cancellationToken = default) => _jobs.StopAsync(Address, cancellationToken);

    /// <inheritdoc cref="JobsClient.ResultAsync(JobAddress, CancellationToken)"/>
    public Task<JobResult> ResultAsync(CancellationToken cancellationToken = default) => _jobs.ResultAsync(Address, cancellationToken);

    /// <inheritdoc cref="JobsClient.StatsAsync"/>
    public Task<JobStats> StatsAsync(CancellationToken cancellationToken = default) => _jobs.StatsAsync(Address, cancellationToken);

    /// <inheritdoc cref="JobsClient.EventsAsync"/>
    public Task<IReadOnlyList<JobEvent>> EventsAsync(CancellationToken cancellationToken = default) => _jobs.EventsAsync(Address, cancellationToken);

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();
}
