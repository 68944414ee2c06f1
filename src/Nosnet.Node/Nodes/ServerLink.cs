using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the node and its runs say to the server. One that cannot be reached is tried again until it answers: a run's end must not be lost.</summary>
internal sealed partial class ServerLink(NodeSession session, TimeProvider time, ILogger<ServerLink> logger) : IRunReporter
{
    private const int MostDefinitionBytes = 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task<byte[]> GetDefinitionAsync(Cid definition, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await UntilAnsweredAsync(token => session.Ipfs.ReadAsync(definition, MostDefinitionBytes, token), cancellationToken).ConfigureAwait(false);
            return UnixFsImporter.CidOf(bytes) is var found && found == definition
                ? bytes
                : throw new DefinitionUnavailableException($"What the server gave for {definition} is another file, {found}.");
        }
        catch (NosanaException refusal)
        {
            throw new DefinitionUnavailableException(refusal.Message, refusal);
        }
    }

    public Task<RunSecrets> GetSecretsAsync(RunAddress run, int epoch, CancellationToken cancellationToken) =>
        UnlessStaleAsync(token => session.SecretsAsync(run, epoch, token), cancellationToken);

    public async Task<TimeSpan> StartingAsync(RunAddress run, int epoch, CancellationToken cancellationToken)
    {
        var started = await UnlessStaleAsync(token => session.StartAsync(run, new RunStart(epoch), token), cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromSeconds(started.RemainingSeconds);
    }

    public async Task FinishedAsync(RunAddress run, int epoch, RunEnd end, CancellationToken cancellationToken)
    {
        var document = end.Result.ToUtf8Bytes();
        var result = await UntilAnsweredAsync(token => session.Ipfs.AddAsync(new MemoryStream(document, writable: false), token), cancellationToken).ConfigureAwait(false);
        await UnlessStaleAsync(token => session.FinishAsync(run, Finish(epoch, end, result), token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Made anew for each try, since the end is told as how long ago it was.</summary>
    private RunFinish Finish(int epoch, RunEnd end, Cid result) => new()
    {
        Epoch = epoch,
        Reason = end.Reason,
        Result = result,
        EndedSecondsAgo = end.ContainersEndedAt is { } ended ? Math.Max(0, (time.GetUtcNow() - ended).TotalSeconds) : 0,
    };

    private async Task<T> UnlessStaleAsync<T>(Func<CancellationToken, Task<T>> say, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await UntilAnsweredAsync(say, cancellation).ConfigureAwait(false);
        }
        catch (NosanaException refusal) when (refusal.Is(ErrorCode.StaleEpoch))
        {
            throw new RunRefusedException(refusal.Message, refusal);
        }
    }

    /// <summary>Asks until there is an answer; a refusal is one.</summary>
    public async Task<T> UntilAnsweredAsync<T>(Func<CancellationToken, Task<T>> say, CancellationToken cancellation)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await say(cancellation).ConfigureAwait(false);
            }
            catch (NosanaException failure) when (MayPass(failure))
            {
                LogNotReached(failure.Message, pause.TotalSeconds);
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>All that these calls ask for may be asked twice, so whatever may pass is asked again.</summary>
    private static bool MayPass(NosanaException failure) =>
        failure is NosanaConnectionException or NosanaUnavailableException || failure.Status >= 500;

    [LoggerMessage(1, LogLevel.Warning, "The server gave no answer: {Reason} Trying again in {Seconds} s.")]
    private partial void LogNotReached(string reason, double seconds);
}
