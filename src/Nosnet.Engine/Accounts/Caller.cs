using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>On whose behalf a command comes. The operator may touch every job; others see only their own.</summary>
/// <param name="Account">The account.</param>
/// <param name="Budget">The API key with which it comes, where that has a <see cref="Engine.Budget"/>; else 0.</param>
public readonly record struct Caller(long Account, long Budget = 0)
{
    public bool IsOperator => Account == OperatorAccount.Key;

    public bool MaySee(Job job) => IsOperator || job.Account == Account;

    public bool MaySee(Deployment deployment) => IsOperator || deployment.Account == Account;

    internal bool TryFind(Draft draft, JobAddress address, [NotNullWhen(true)] out Job? job)
    {
        job = draft.Addresses.TryJob(address, out var key) ? draft.Job(key) : null;
        if (job is not null && !MaySee(job))
            job = null;
        return job is not null;
    }
}
