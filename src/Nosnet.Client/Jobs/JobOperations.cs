using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The operations of one job: how each stands, and what can be done with it while the job runs. Nosnet networks only.</summary>
public sealed class JobOperations
{
    private readonly Api _api;
    private readonly JobAddress _job;

    internal JobOperations(Api api, JobAddress job)
    {
        _api = api;
        _job = job;
    }

    /// <summary>How they stand, in the order of the definition; also after the job has ended.</summary>
    public Task<IReadOnlyList<OperationView>> ListAsync(CancellationToken cancellationToken = default) => AskAsync(_api.Get($"jobs/{_job}/ops"), cancellationToken);

    /// <summary>Ends one operation; the job goes on.</summary>
    /// <returns>How all of them stand now: this one may take some seconds to end.</returns>
    /// <exception cref="NosanaNotFoundException">There is no such operation.</exception>
    /// <exception cref="NosanaException"><see cref="ErrorCode.NotRunning"/>: it has ended. <see cref="ErrorCode.JobEnded"/>: the job has.</exception>
    public Task<IReadOnlyList<OperationView>> StopAsync(string operation, CancellationToken cancellationToken = default) =>
        AskAsync(_api.Once(_api.Post($"jobs/{_job}/ops/{operation}/stop")), cancellationToken);

    /// <summary>Has the container of an operation stopped and started again.</summary>
    /// <inheritdoc cref="StopAsync" path="/returns"/>
    /// <inheritdoc cref="StopAsync" path="/exception"/>
    public Task<IReadOnlyList<OperationView>> RestartAsync(string operation, CancellationToken cancellationToken = default) =>
        AskAsync(_api.Once(_api.Post($"jobs/{_job}/ops/{operation}/restart")), cancellationToken);

    /// <summary>Ends all operations of a group; the job goes on with the next.</summary>
    /// <inheritdoc cref="StopAsync" path="/returns"/>
    /// <inheritdoc cref="StopAsync" path="/exception"/>
    public Task<IReadOnlyList<OperationView>> StopGroupAsync(string group, CancellationToken cancellationToken = default) =>
        AskAsync(_api.Once(_api.Post($"jobs/{_job}/group/{group}/stop")), cancellationToken);

    /// <summary>Has the containers of a group that run stopped and started again.</summary>
    /// <inheritdoc cref="StopAsync" path="/returns"/>
    /// <inheritdoc cref="StopAsync" path="/exception"/>
    public Task<IReadOnlyList<OperationView>> RestartGroupAsync(string group, CancellationToken cancellationToken = default) =>
        AskAsync(_api.Once(_api.Post($"jobs/{_job}/group/{group}/restart")), cancellationToken);

    /// <summary>Has the job go on with a group at once: what runs before it is stopped, what has not begun before it is left out.</summary>
    /// <inheritdoc cref="StopAsync" path="/returns"/>
    /// <inheritdoc cref="StopAsync" path="/exception"/>
    public Task<IReadOnlyList<OperationView>> MoveToAsync(string group, CancellationToken cancellationToken = default) =>
        AskAsync(_api.Once(_api.Post($"jobs/{_job}/group/{group}/move")), cancellationToken);

    private Task<IReadOnlyList<OperationView>> AskAsync(Call call, CancellationToken cancellation) =>
        _api.Transport.AnswerAsync(call, WireJson.Reading.IReadOnlyListOperationView, cancellation);
}
