using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Whether a job may hold more: by the caps of the account that it is of, and of the API key that it was posted with.</summary>
internal static class CapRules
{
    /// <param name="draft">The draft.</param>
    /// <param name="account">Whose job it is; what its vaults hold counts as well.</param>
    /// <param name="budget">The API key whose budget the job is in; 0 for none.</param>
    /// <param name="more">What it is to hold beyond what it holds.</param>
    /// <param name="ofJob">What it holds then in all.</param>
    public static Refusal? Check(Draft draft, Account account, long budget, Credits more, Credits ofJob) =>
        Check("Your account", account.Caps, Held(draft, account), account.Spent, more, ofJob, draft.Now)
        ?? (budget != 0 && draft.Budget(budget) is { } own ? Check("The API key", own.Caps, own.Reserved, own.Spent, more, ofJob, draft.Now) : null);

    /// <summary>Counts what a job holds from now on in the budget of its API key.</summary>
    public static void Hold(Draft draft, long budget, Credits more)
    {
        if (budget != 0 && draft.Budget(budget) is { } own)
            draft.Put(own.Held(more, draft.Now));
    }

    /// <summary>Counts that a job has ended.</summary>
    public static void Settle(Draft draft, Job job, Credits cost)
    {
        var payer = draft.Account(job.Account)!;
        draft.Put(payer with { Spent = payer.Spent.GivenBack(job.Reserved - cost, job.PostedAt, draft.Now) });
        if (job.Budget != 0 && draft.Budget(job.Budget) is { } own)
            draft.Put(own.Settled(job, cost, draft.Now));
    }

    // The vaults are looked up only for an account that this matters to.
    private static Credits Held(Draft draft, Account account) => account.Caps.MaxReservedUsd is null ? account.Reserved : draft.HeldOf(account);

    private static Refusal? Check(string whose, SpendingCaps caps, Credits reserved, DaySum spent, Credits more, Credits ofJob, DateTimeOffset now)
    {
        if (ofJob > caps.MaxPerJobUsd)
            return Reached($"{whose} may hold {caps.MaxPerJobUsd} for one job, and this one would hold {ofJob}. Give it less time, or have the cap raised.");
        if (reserved > caps.MaxReservedUsd - more)
            return Reached($"{whose} may hold {caps.MaxReservedUsd} for jobs at once; it holds {reserved}, and this is {more} more. Wait until jobs have ended, or have the cap raised.");
        return spent.On(now) > caps.MaxPerDayUsd - more
            ? Reached($"{whose} may spend {caps.MaxPerDayUsd} a day; {spent.On(now)} of today are held or spent, and this is {more} more. It begins anew at {DaySum.EndOf(now):yyyy-MM-dd HH:mm} UTC, or have the cap raised.")
            : null;
    }

    private static Refusal Reached(FormattableString sentence) => new(ErrorCode.CapReached, sentence.ToString(CultureInfo.InvariantCulture));
}
