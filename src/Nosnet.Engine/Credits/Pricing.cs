using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a run really cost and who gets it.</summary>
public readonly record struct Settlement(Credits Reward, Credits Fee)
{
    public static readonly Settlement Nothing;

    public Credits Total => Reward + Fee;
}

/// <summary>The arithmetic of prices: whole nano-dollars, always rounded up for the payer, computed wide and checked on the way back.</summary>
public static class Pricing
{
    private const int BasisPoints = 10_000;
    private const long SecondsPerHour = 3_600;
    private const long MillisecondsPerHour = 3_600_000;

    /// <summary>The price per hour: the node's reward and the network's fee on top of it.</summary>
    public static Credits PerHour(Credits rewardPerHour, int feeBasisPoints) =>
        new((long)DivideUp((Int128)rewardPerHour.Nano * (BasisPoints + feeBasisPoints), BasisPoints));

    /// <summary>What running for so many seconds costs at most; false where no account could ever hold that much.</summary>
    public static bool TryReservation(Credits pricePerHour, long seconds, out Credits amount)
    {
        var nano = DivideUp((Int128)pricePerHour.Nano * seconds, SecondsPerHour);
        amount = nano <= long.MaxValue ? new Credits((long)nano) : default;
        return nano <= long.MaxValue;
    }

    /// <summary>What a run of this length costs, never more than was reserved, split between the node and the network.</summary>
    public static Settlement Settle(Credits pricePerHour, int feeBasisPoints, TimeSpan ran, Credits reserved)
    {
        var milliseconds = (Int128)Math.Max(0, Math.Ceiling(ran.TotalMilliseconds));
        var cost = Int128.Min(DivideUp(pricePerHour.Nano * milliseconds, MillisecondsPerHour), reserved.Nano);
        var reward = cost * BasisPoints / (BasisPoints + feeBasisPoints);
        return new Settlement(new Credits((long)reward), new Credits((long)(cost - reward)));
    }

    private static Int128 DivideUp(Int128 value, long by) => (value + by - 1) / by;
}
