using System.Collections.Concurrent;
using System.Threading.Channels;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>What a node has to do with of the network: definitions, leave to start, ears for the end.</summary>
internal sealed class RunNetwork : IRunReporter
{
    private readonly ConcurrentDictionary<Cid, byte[]> _definitions = new();
    private readonly Channel<RunEnd> _ends = Channel.CreateUnbounded<RunEnd>();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Refuses { get; set; }

    public bool IsDeaf { get; set; }

    public int Starts { get; private set; }

    public ConcurrentBag<RunEnd> Ends { get; } = [];

    public Assignment Post(JobDefinition definition) => Post(definition.ToUtf8Bytes());

    public Assignment Post(byte[]? definition)
    {
        var cid = new Cid(Some.Bytes());
        if (definition is not null)
            _definitions[cid] = definition;
        return new Assignment
        {
            Run = RunAddress.From(Some.Bytes()),
            Epoch = 1,
            Job = JobAddress.From(Some.Bytes()),
            Project = AccountAddress.From(Some.Bytes()),
            Market = MarketAddress.From(Some.Bytes()),
            Definition = cid,
            TimeoutSeconds = 300,
        };
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task AskedAsync() => _asked.Task.WaitAsync(Cancelled);

    public async Task<RunEnd> EndAsync() => await _ends.Reader.ReadAsync(Cancelled);

    public Task<byte[]> GetDefinitionAsync(Cid definition, CancellationToken cancellationToken) =>
        _definitions.TryGetValue(definition, out var bytes)
            ? Task.FromResult(bytes)
            : throw new DefinitionUnavailableException($"The definition {definition} is not pinned.");

    public Dictionary<string, string> Secrets { get; } = [];

    public Task<RunSecrets> GetSecretsAsync(RunAddress run, int epoch, CancellationToken cancellationToken) =>
        Task.FromResult(new RunSecrets { Values = new Dictionary<string, string>(Secrets), SealingKey = Convert.ToBase64String(run.Value.ToArray()) });

    public Task<TimeSpan> StartingAsync(RunAddress run, int epoch, CancellationToken cancellationToken)
    {
        if (Refuses)
            throw new RunRefusedException("The run is not yours.");
        Starts++;
        return Task.FromResult(TimeSpan.FromSeconds(300));
    }

    public async Task FinishedAsync(RunAddress run, int epoch, RunEnd end, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        if (IsDeaf)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        Ends.Add(end);
        _ends.Writer.TryWrite(end);
    }
}
