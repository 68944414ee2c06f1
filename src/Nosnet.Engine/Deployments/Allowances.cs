using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a deployment's jobs may cost together.</summary>
internal static class Allowances
{
    /// <summary>Why more may not be held for its jobs; null where it may.</summary>
    /// <param name="row">The deployment.</param>
    /// <param name="held">What is held for its jobs that have not ended.</param>
    /// <param name="pricePerHour">The price of what is to be held for.</param>
    /// <param name="seconds">How long that is.</param>
    public static Refusal? Refuse(Deployment row, Credits held, Credits pricePerHour, long seconds)
    {
        if (row.Budget is not { } budget || !Pricing.TryReservation(pricePerHour, seconds, out var price) || row.Spent + held + price <= budget)
            return null;
        return new Refusal(ErrorCode.BudgetReached,
            $"The budget of {budget} does not reach for {price} more: {row.Spent} is spent and {held} is held. Give the deployment a larger budget to go on.");
    }
}
