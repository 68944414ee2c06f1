namespace Nosnet.Node;

/// <summary>Tries again what failed in passing.</summary>
internal static class Retrying
{
    private const int MostFailures = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <param name="time">The clock.</param>
    /// <param name="work">The work, and how far it is: where it got on since, failures before that count no more.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ResourceException">It failed for good, or too often.</exception>
    public static async Task<T> RunAsync<T>(TimeProvider time, Func<Task<T>> work, Func<long> progress, CancellationToken cancellationToken)
    {
        var (failures, reached) = (0, progress());
        while (true)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (ResourceException e) when (e.MayPass)
            {
                failures = progress() > reached ? 1 : failures + 1;
                reached = Math.Max(reached, progress());
                if (failures == MostFailures)
                    throw;
            }
            await Task.Delay(FirstPause * Math.Pow(2, failures - 1), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
