using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>
/// A real store whose next calls fail where the test says so. What fails also rolls the open transaction back, as SQLite itself does
/// when the disk is full.
/// </summary>
internal sealed class FailingLaneStore(ILaneStore store) : ILaneStore
{
    private readonly HashSet<string> _failing = [];
    private bool _losesAnswer;
    private bool _wasAnswerLost;

    /// <summary>Has the next call of each of these methods fail, once.</summary>
    public void FailNext(params ReadOnlySpan<string> methods)
    {
        foreach (var method in methods)
            _failing.Add(method);
    }

    /// <summary>Has the next commit succeed and its answer be lost, and the store know so afterwards, as PostgreSQL does.</summary>
    public void LoseNextAnswer() => _losesAnswer = true;

    public bool? IsLastCommitDurable => _wasAnswerLost ? true : store.IsLastCommitDurable;

    public StoreHead ReadHead() => Do(nameof(ReadHead), store.ReadHead);
    public IReadOnlyList<Market> ReadMarkets() => Do(nameof(ReadMarkets), store.ReadMarkets);
    public IReadOnlyList<Node> ReadNodes() => Do(nameof(ReadNodes), store.ReadNodes);
    public IReadOnlyList<Job> ReadRunningJobs() => Do(nameof(ReadRunningJobs), store.ReadRunningJobs);
    public Account? ReadAccount(long key) => Do(nameof(ReadAccount), () => store.ReadAccount(key));
    public Account? ReadAccount(AccountAddress address) => Do(nameof(ReadAccount), () => store.ReadAccount(address));
    public ApiKey? ReadApiKey(long key) => Do(nameof(ReadApiKey), () => store.ReadApiKey(key));
    public IReadOnlyList<Account> ReadVaults(long owner) => Do(nameof(ReadVaults), () => store.ReadVaults(owner));
    public Budget? ReadBudget(long apiKey) => Do(nameof(ReadBudget), () => store.ReadBudget(apiKey));
    public Job? ReadJob(long key) => Do(nameof(ReadJob), () => store.ReadJob(key));
    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) => Do(nameof(ReadQueue), () => store.ReadQueue(market, after, limit));
    public KeptAnswer? ReadAnswer(Guid id) => Do(nameof(ReadAnswer), () => store.ReadAnswer(id));
    public Deployment? ReadDeployment(long key) => Do(nameof(ReadDeployment), () => store.ReadDeployment(key));
    public Deployment? ReadDeployment(DeploymentAddress address) => Do(nameof(ReadDeployment), () => store.ReadDeployment(address));
    public Deployment? ReadDeployment(long account, string idempotencyKey) => Do(nameof(ReadDeployment), () => store.ReadDeployment(account, idempotencyKey));
    public IReadOnlyList<Deployment> ReadUnsettledDeployments() => Do(nameof(ReadUnsettledDeployments), store.ReadUnsettledDeployments);
    public long ReadReplicas(long account) => Do(nameof(ReadReplicas), () => store.ReadReplicas(account));
    public DeploymentRevision? ReadRevision(long deployment, int number) => Do(nameof(ReadRevision), () => store.ReadRevision(deployment, number));
    public IReadOnlyList<DeploymentTask> ReadTasks(long deployment) => Do(nameof(ReadTasks), () => store.ReadTasks(deployment));
    public IReadOnlyList<Job> ReadActiveJobs(long deployment) => Do(nameof(ReadActiveJobs), () => store.ReadActiveJobs(deployment));
    public IReadOnlyList<Job> ReadCompletedJobs(long deployment, int limit) => Do(nameof(ReadCompletedJobs), () => store.ReadCompletedJobs(deployment, limit));
    public WholeDeployments ReadDeployments(IReadOnlyCollection<long> keys) => Do(nameof(ReadDeployments), () => store.ReadDeployments(keys));
    public void Verify() => store.Verify();
    public void Tell(Committed changes) => store.Tell(changes);
    public void Begin() => Do(nameof(Begin), store.Begin);
    public void Write(ChangedRows rows) => Do(nameof(Write), () => store.Write(rows));
    public void WriteBlock(Block block) => Do(nameof(WriteBlock), () => store.WriteBlock(block));
    public void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten) => Do(nameof(WriteAnswers), () => store.WriteAnswers(answers, forgotten));
    public void Commit() => Do(nameof(Commit), () =>
    {
        _wasAnswerLost = false;
        store.Commit();
        if (!_losesAnswer)
            return;
        (_losesAnswer, _wasAnswerLost) = (false, true);
        throw new StoreUnavailableException("The answer is lost.");
    });

    public void Rollback() => Do(nameof(Rollback), store.Rollback);
    public void Dispose() => store.Dispose();

    private void Do(string method, Action call) => Do(method, () =>
    {
        call();
        return true;
    });

    private T Do<T>(string method, Func<T> call)
    {
        if (!_failing.Remove(method))
            return call();
        store.Rollback();
        throw new IOException($"{method} failed.");
    }
}
