using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the node and its runs say to the server. One that cannot be reached is tried again until it answers: a run's end must not be lost.</summary>
internal sealed partial class ServerLink(NodeSession session, TimeProvider time, ILogger<ServerLink> logger)
{
    private const int MostDefinitionBytes = 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>The job definition; null with the reason where it is not to be had or not valid.</summary>
    public async Task<(JobDefinition? Definition, string? Reason)> ReadDefinitionAsync(Cid cid, CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            bytes = await UntilAnsweredAsync(token => session.Ipfs.ReadAsync(cid, MostDefinitionBytes, token), cancellation).ConfigureAwait(false);
        }
        catch (NosanaException refusal)
        {
            return (null, refusal.Message);
        }

        if (UnixFsImporter.CidOf(bytes) is var found && found != cid)
            return (null, $"What the server gave for {cid} is another file, {found}.");
        var parsed = JobDefinitionParser.Parse(bytes);
        return parsed.Definition is { } definition ? (definition, null) : (null, string.Join(" ", parsed.Findings));
    }

    /// <summary>The containers are about to start; null where the run is not this node's any more.</summary>
    public Task<RunStarted?> StartAsync(Assignment run, CancellationToken cancellation) =>
        UnlessStaleAsync(token => session.StartAsync(run.Run, new RunStart(run.Epoch), token), cancellation);

    /// <summary>Pins the result.</summary>
    public Task<Cid> PinAsync(byte[] result, CancellationToken cancellation) =>
        UntilAnsweredAsync(token => session.Ipfs.AddAsync(new MemoryStream(result, writable: false), token), cancellation);

    /// <summary>The containers have ended and the result is pinned; null where the run is not this node's any more.</summary>
    public Task<RunFinished?> FinishAsync(Assignment run, RunFinish finish, CancellationToken cancellation) =>
        UnlessStaleAsync(token => session.FinishAsync(run.Run, finish, token), cancellation);

    private async Task<T?> UnlessStaleAsync<T>(Func<CancellationToken, Task<T>> say, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await UntilAnsweredAsync(say, cancellation).ConfigureAwait(false);
        }
        catch (NosanaException refusal) when (refusal.Is(ErrorCode.StaleEpoch))
        {
            return null;
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
