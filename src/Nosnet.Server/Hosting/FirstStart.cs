using Microsoft.Extensions.Logging;
using Nosnet.Engine;

namespace Nosnet.Server;

/// <summary>What a new network begins with, and what a start checks of an old one.</summary>
internal sealed partial class FirstStart(NetworkEngine engine, DataDirectory directory, NetworkSecret secret, ServerOptions options, TimeProvider time, ILogger<FirstStart> logger)
{
    private static readonly TimeSpan FoundingTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (!engine.TryBegin())
            await AwaitFoundingAsync(cancellation);
        if (await engine.Read.AccountAsync(OperatorAccount.Key, cancellation) is not null)
        {
            await CheckAsync(cancellation);
            return;
        }

        // The key is on disk before the network knows of it, so that a crash in between leaves no network that nobody can enter.
        var key = options.OperatorKey ?? directory.ReadOperatorKey();
        if (key is null)
            directory.WriteOperatorKey(key = KeyText.New());
        if (!KeyText.IsWellFormed(key))
            throw new ServerSetupException(
                $"The operator's key has to begin with {KeyText.Prefix} and to have {KeyText.LeastLength} to {KeyText.MostLength} letters, digits, '_' and '-' in all. Set {ServerOptions.OperatorKeyVariable} to such a key, or leave it out to have one made.");
        var outcome = await engine.ExecuteAsync(new Genesis(secret.NetworkAccount, secret.OperatorAccount, KeyText.Hash(key)), cancellation);
        if (outcome.IsRefused)
            throw new ServerSetupException($"The network could not be founded: {outcome.Refusal.Message}");
        LogFounded(directory.Path);
    }

    /// <summary>Another server writes, so it founds the network too, if nobody has yet.</summary>
    private async Task AwaitFoundingAsync(CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (await engine.Read.AccountAsync(OperatorAccount.Key, cancellation) is null)
        {
            if (time.GetElapsedTime(start) > FoundingTime)
                throw new ServerSetupException("Another server holds this database and has not founded its network. See why, or stop it.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task CheckAsync(CancellationToken cancellation)
    {
        var network = await engine.Read.AccountAsync(NetworkAccount.Key, cancellation);
        if (network?.Address != secret.NetworkAccount)
            throw new ServerSetupException($"The secret in {directory.Path} is not the one with which its store was made. Restore the one that belongs to it.");
        if (options.OperatorKey is { } key && await engine.Read.ApiKeyAsync(KeyText.Hash(key), cancellation) is null)
            LogOtherOperatorKey(ServerOptions.OperatorKeyVariable);
    }

    [LoggerMessage(1, LogLevel.Information, "A new network was founded in {Directory}.")]
    private partial void LogFounded(string directory);

    [LoggerMessage(2, LogLevel.Warning, "The network is not new, so the operator's key that was given ({Source}) is not taken over, and it is none of the network's keys.")]
    private partial void LogOtherOperatorKey(string source);
}
