using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>A call of the store failed because the simulation wanted it to.</summary>
internal sealed class InjectedException(string what) : IOException(what);

/// <summary>
/// A store whose calls fail and whose server is killed within them, as the world's faults say: a commit may fail, and it may succeed
/// with its answer lost. What becomes durable it tells.
/// </summary>
internal sealed class FaultyLaneStore(ILaneStore store, World world, Action<WrittenRows> committed) : ILaneStore
{
    private WrittenRows _written = new();

    /// <summary>Whether the server was killed: nothing that it does any more has an effect.</summary>
    public bool IsKilled { get; private set; }

    public bool? IsLastCommitDurable { get; private set; } = false;

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

    public void Begin() => Do(nameof(Begin), () =>
    {
        store.Begin();
        _written = new WrittenRows();
    });

    public void Write(ChangedRows rows) => Do(nameof(Write), () =>
    {
        store.Write(rows);
        _written.Add(rows);
    });

    public void WriteBlock(Block block) => Do(nameof(WriteBlock), () =>
    {
        store.WriteBlock(block);
        _written.Block = block;
    });

    public void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten) => Do(nameof(WriteAnswers), () =>
    {
        store.WriteAnswers(answers, forgotten);
        _written.Answers.AddRange(answers);
    });

    public void Verify() => Do(nameof(Verify), store.Verify);
    public void Tell(Committed changes) => Do(nameof(Tell), () => store.Tell(changes));

    public void Commit() => Do(nameof(Commit), () =>
    {
        IsLastCommitDurable = false;
        if (!world.Chance(world.Faults.CommitFailure))
        {
            CommitDurably();
            return;
        }

        var isDurable = world.Chance(0.5);
        if (isDurable)
            CommitDurably();
        else
            store.Rollback();
        IsLastCommitDurable = world.Chance(0.5) ? null : isDurable;
        IsKilled = world.Chance(0.2);
        world.Note("store", $"the answer to a commit is lost; durable {isDurable}, known {IsLastCommitDurable?.ToString() ?? "no"}, killed {IsKilled}");
        throw new StoreUnavailableException("The answer to a commit is lost.");
    });

    public void Rollback() => Do(nameof(Rollback), store.Rollback);

    public void Dispose() => store.Dispose();

    private void CommitDurably()
    {
        store.Commit();
        committed(_written);
    }

    private void Do(string method, Action call) => Do(method, () =>
    {
        call();
        return true;
    });

    private T Do<T>(string method, Func<T> call)
    {
        if (IsKilled)
            throw new InjectedException("The server was killed.");
        IsKilled = world.Chance(world.Faults.Crash);
        if (!IsKilled && !world.Chance(world.Faults.StoreFailure))
            return call();
        world.Note("store", $"{method} fails, killed {IsKilled}");
        // Some failures end the transaction, as those of SQLite with a full disk, and some leave that to the lane.
        if (IsKilled || method is nameof(Commit) or nameof(Rollback) || world.Chance(0.5))
            store.Rollback();
        if (method is nameof(Commit))
            IsLastCommitDurable = false;
        throw world.Chance(0.5) ? new InjectedException($"{method} failed.") : new StoreUnavailableException($"{method} failed.");
    }
}
