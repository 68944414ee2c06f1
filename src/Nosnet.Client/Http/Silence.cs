namespace Nosnet.Client;

/// <summary>A connection over which nothing at all has come for long is taken for lost: where its path dies, nobody says so.</summary>
internal static class Silence
{
    /// <exception cref="IOException">Nothing was heard for as long as that.</exception>
    public static async ValueTask<int> ReadAsync(Stream from, Memory<byte> buffer, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(most, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await from.ReadAsync(buffer, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Nothing was heard for {most.TotalSeconds:0} s.", e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException(e.Message, e, cancellationToken);
        }
    }
}
