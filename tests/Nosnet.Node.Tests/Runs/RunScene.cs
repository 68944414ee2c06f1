using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>One run of a definition on real Podman, with everything that it makes removed at the end.</summary>
internal sealed class RunScene : IAsyncDisposable
{
    /// <summary>Reached only by what never happens, however busy the machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-run-").FullName;
    private readonly IContainerEngine _engine;
    private readonly ResourceStore _resources;
    private readonly ImageStore _images;

    public RunScene(
        PodmanFixture podman,
        JobDefinition definition,
        RunSettings? settings = null,
        Func<string, Task>? readiness = null,
        IReadOnlyDictionary<string, string>? secrets = null,
        TimeProvider? time = null)
        : this(podman.Engine, definition, settings, readiness, secrets, time)
    {
    }

    public RunScene(
        IContainerEngine engine,
        JobDefinition definition,
        RunSettings? settings = null,
        Func<string, Task>? readiness = null,
        IReadOnlyDictionary<string, string>? secrets = null,
        TimeProvider? time = null)
    {
        Secrets = secrets is null
            ? JobSecrets.None
            : JobSecrets.Of(new RunSecrets { Values = secrets, SealingKey = Convert.ToBase64String(new byte[32]) }, new RunFiles(_directory));
        _engine = engine;
        Settings = settings ?? NewSettings();
        Definition = definition;
        Log = RunLog.Open(Path.Combine(_directory, "log"), TimeProvider.System);
        Log.Mask = Secrets.Mask;
        _resources = new ResourceStore(Settings.Resources, Settings.CacheDirectory, engine, Labels.Of(Settings.Node), TimeProvider.System);
        _images = new ImageStore(engine, Settings.CacheDirectory, null, TimeProvider.System);
        Context = NewContext(readiness, time ?? TimeProvider.System);
        Execution = new RunExecution(Context);
    }

    public RunSettings Settings { get; }

    public RunIdentity Identity { get; } = new(RunAddress.From(Some.Bytes()), 1, JobAddress.From(Some.Bytes()));

    public JobDefinition Definition { get; }

    public RunLog Log { get; }

    public JobSecrets Secrets { get; }

    public RunContext Context { get; }

    public RunExecution Execution { get; }

    /// <summary>How often the network was told that containers are about to start.</summary>
    public int Starts { get; private set; }

    public TimeSpan Remaining { get; set; } = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static RunSettings NewSettings() => new()
    {
        Network = Guid.NewGuid().ToString(),
        CacheDirectory = Directory.CreateTempSubdirectory("nosnet-cache-").FullName,
        Node = NodeAddress.From(Some.Bytes()),
        Limits = new ContainerLimits { MemoryBytes = 64 * 1024 * 1024, NanoCpus = 2_000_000_000 },
    };

    public static JobDefinition Job(params ValueList<Operation> operations) => new() { Ops = operations };

    public static ContainerRun Run(string id, TextOrList cmd, string image = SampleImage.Name) => new(id) { Image = image, Cmd = cmd };

    public Task<RunOutcome> ExecuteAsync(CancellationToken? abandoned = null) =>
        Execution.ExecuteAsync(new Dictionary<int, ContainerSnapshot>(), StartAsync, abandoned ?? Cancelled);

    public Task<TimeSpan> StartAsync(CancellationToken cancellationToken)
    {
        Starts++;
        return Task.FromResult(Remaining);
    }

    public async Task<List<LogEntry>> EntriesAsync()
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in Log.ReadAsync(0, follow: false, Cancelled))
            entries.Add(entry);
        return entries;
    }

    public async Task<string[]> LinesAsync(LogKind kind, string? operation = null) =>
        [.. (await EntriesAsync()).Where(
            entry => entry.Kind == kind && (operation is null || entry.OpId == operation)).Select(entry => entry.Message)];

    /// <summary>Waits for what is seen to be as wanted.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
            await pause.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>Waits for an entry of the log.</summary>
    public async Task<LogEntry> EntryAsync(Func<LogEntry, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Cancelled);
        var seen = new List<LogEntry>();
        try
        {
            await foreach (var entry in Log.ReadAsync(0, follow: true, either.Token))
            {
                if (wanted(entry))
                    return entry;
                seen.Add(entry);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Said below.
        }
        throw new InvalidOperationException($"The entry that was waited for did not come; there are:\n{string.Join('\n', seen)}");
    }

    public async ValueTask DisposeAsync()
    {
        Execution.Dispose();
        Log.Dispose();
        foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
        {
            foreach (var item in await _engine.ListAsync(kind, Settings.Labels, CancellationToken.None))
                await _engine.RemoveAsync(kind, item.Id, CancellationToken.None);
        }
        _images.Dispose();
        _resources.Dispose();
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(Settings.CacheDirectory, recursive: true);
    }

    private RunContext NewContext(Func<string, Task>? readiness, TimeProvider time) =>
        new(Identity, Definition, Settings, _engine, _images, Log, time)
        {
            Secrets = Secrets,
            Resources = new RunResources(Identity, Settings, _engine, _resources, Log),
            Readiness = (planned, _) => readiness?.Invoke(planned.Operation.Id) ?? Task.CompletedTask,
        };
}
