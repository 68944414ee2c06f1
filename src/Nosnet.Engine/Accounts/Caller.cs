using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>On whose behalf a command comes. The operator may touch every job; others see only their own.</summary>
public readonly record struct Caller(long Account)
{
    public bool IsOperator => Account == OperatorAccount.Key;

    public bool MaySee(Job job) => IsOperator || job.Account == Account;

    internal bool TryFind(Draft draft, JobAddress address, [NotNullWhen(true)] out Job? job)
    {
        job = draft.Addresses.TryJob(address, out var key) ? draft.Job(key) : null;
        if (job is not null && !MaySee(job))
            job = null;
        return job is not null;
    }
}
