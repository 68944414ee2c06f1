namespace Nosnet.Peers;

/// <summary>What the jobs do: they are counted.</summary>
public static class Work
{
    private static long _done;

    public static long Done => Interlocked.Read(ref _done);

    public static void Do(int seconds) => Interlocked.Add(ref _done, seconds > 0 ? 1 : 0);
}
