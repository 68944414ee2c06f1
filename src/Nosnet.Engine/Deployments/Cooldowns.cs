namespace Nosnet.Engine;

/// <summary>How long is waited after something of a deployment was refused or held back: twice as long each time, up to a most.</summary>
internal static class Cooldowns
{
    /// <summary>How many times a refused task is tried again before it is given up.</summary>
    public const int MostRetries = 60;

    public static TimeSpan AfterRefusal(int retries) => Ladder(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), retries);
    public static TimeSpan AfterMissingFunds(int retries) => Ladder(TimeSpan.FromMinutes(10), TimeSpan.FromHours(6), retries);
    public static TimeSpan AfterRapidCompletion(int streak) => Ladder(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), streak);

    private static TimeSpan Ladder(TimeSpan first, TimeSpan most, int step) =>
        step < 30 && first * (1L << step) is var wait && wait < most ? wait : most;
}
