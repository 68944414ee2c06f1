using System.Globalization;
using System.Text;
using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>A network of real processes: a server on a data directory of its own, and nodes that dial it.</summary>
internal sealed class LiveNetwork : IAsyncDisposable
{
    public const string ApiKey = "nos_the_operator_of_an_end_to_end_test";
    public const string GuideMarket = "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ";
    /// <summary>Reached only by what never happens, however busy the machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>What a gated operation asks to know whether it may go on.</summary>
    public const string IsOpen = "test -e /gate/open";

    private const string ReadyLine = "nosnet is ready at ";
    private const string NodeReadyLine = "waits for jobs";

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly List<NosnetProcess> _nodes = [];
    private readonly HashSet<NodeAddress> _nodeAddresses = [];
    private readonly EngineFixture? _engine;
    private string _url = "http://127.0.0.1:0";

    private LiveNetwork(EngineFixture? engine)
    {
        _engine = engine;
        _environment = new() { ["NOSNET_OPERATOR_KEY"] = ApiKey, ["NOSANA_API_KEY"] = ApiKey };
        if (engine is not null)
            _environment["DOCKER_HOST"] = engine.DockerHost;
    }

    public NosnetProcess Server { get; private set; } = null!;
    public NosanaClient Client { get; private set; } = null!;
    public string Url => _url;

    /// <summary>Starts a server; with a node in the same process where asked, which finds its engine by itself.</summary>
    /// <param name="engine">The engine of its nodes.</param>
    /// <param name="withNode">Whether it has a node of its own.</param>
    /// <param name="heap">How many bytes each of its processes may keep; one that wants to keep more ends.</param>
    public static async Task<LiveNetwork> StartAsync(EngineFixture? engine, bool withNode = false, long? heap = null)
    {
        var network = new LiveNetwork(engine);
        if (heap is { } bytes)
            network._environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("x", CultureInfo.InvariantCulture);
        await network.StartServerAsync(withNode);
        return network;
    }

    /// <summary>Starts the server, or starts it again at the same URL on the same data.</summary>
    public async Task StartServerAsync(bool withNode = false)
    {
        Server = NosnetProcess.Start(["serve", "--url", _url, "--data", Path.Combine(_directory, "server"), .. withNode ? (string[])["--node"] : []], _environment);
        var line = await Server.LineAsync(ReadyLine);
        _url = line[(line.IndexOf(ReadyLine, StringComparison.Ordinal) + ReadyLine.Length)..].Trim();
        Client ??= NewClient(ApiKey);
        if (withNode)
            await Server.LineAsync(NodeReadyLine);
    }

    public NosanaClient NewClient(string apiKey) => new(new() { ApiKey = apiKey, BaseUrl = new Uri(_url) });

    public Task<NosnetProcess> StartNodeAsync(string name, int slots, params string[] options) => StartNodeAsync(name, _url, _environment, ["--slots", $"{slots}", .. options]);

    /// <summary>Starts a node that reaches the server and the engine through passages.</summary>
    public Task<NosnetProcess> StartNodeAsync(string name, int slots, Passage server, Passage engine) =>
        StartNodeAsync(name, server.Url, new(_environment) { ["DOCKER_HOST"] = engine.DockerHost }, ["--slots", $"{slots}"]);

    private async Task<NosnetProcess> StartNodeAsync(string name, string url, Dictionary<string, string> environment, string[] options)
    {
        var node = NosnetProcess.Start(
            ["node", "start", "--url", url, "--data", Path.Combine(_directory, name), "--name", name, "--market", "default", .. options], environment);
        _nodes.Add(node);
        var line = await node.LineAsync(NodeReadyLine);
        _nodeAddresses.Add(NodeAddress.Parse(line.Split(' ')[2]));
        return node;
    }

    /// <summary>Pins and posts a job that runs a shell command in busybox.</summary>
    public Task<JobHandle> PostAsync(string command, TimeSpan? timeout = null) =>
        PostAsync(new JobDefinition { Ops = [new ContainerRun("job") { Image = "busybox", Cmd = command }] }, timeout);

    public async Task<JobHandle> PostAsync(JobDefinition definition, TimeSpan? timeout = null)
    {
        var cid = await Client.Ipfs.AddAsync(definition, TestContext.Current.CancellationToken);
        return await Client.Jobs.PostAsync(
            new PostJob(cid, MarketAddress.Parse(GuideMarket)) { Timeout = timeout ?? TimeSpan.FromMinutes(10) }, TestContext.Current.CancellationToken);
    }

    /// <summary>An operation in busybox that stands still in the middle until <see cref="OpenGatesAsync"/>.</summary>
    public static ContainerRun Gated(string id, string before, string after) =>
        new(id) { Image = "busybox", Cmd = $"{before}; until {IsOpen}; do sleep 0.1; done; {after}", Volumes = [new VolumeMount("gate", "/gate")] };

    /// <summary>Lets all that stand still go on, whether their node is there or not.</summary>
    public async Task OpenGatesAsync()
    {
        foreach (var gate in (await MadeAsync(TestContext.Current.CancellationToken)).Where(made => made.Kind is EngineObjectKind.Volume))
        {
            // The engine says of a volume that is there where it lies.
            var path = await _engine!.Engine.CreateVolumeAsync(gate.Id, gate.Labels, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(path, "open"), "", TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The only container that there is.</summary>
    public async Task<string> ContainerAsync() =>
        (await MadeAsync(TestContext.Current.CancellationToken)).Single(made => made.Kind is EngineObjectKind.Container).Id;

    /// <summary>Follows a job until its container has written something.</summary>
    public static async Task UntilItSpeaksAsync(JobHandle job)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var update in job.FollowAsync(cancellationToken: limit.Token))
        {
            if (update is JobLogged { Entry.Kind: LogKind.Stdout })
                return;
            update.ShouldNotBeOfType<JobEnded>();
        }
    }

    /// <summary>Waits until the engine has nothing more that was made for a node's runs.</summary>
    public Task UntilNothingIsLeftAsync() => UntilAsync(async cancellation => !(await MadeAsync(cancellation)).Any());

    /// <summary>Waits until the engine has something of this kind that was made for a node's run.</summary>
    public Task UntilMadeAsync(EngineObjectKind kind) =>
        UntilAsync(async cancellation => (await MadeAsync(cancellation)).Any(made => made.Kind == kind));

    /// <summary>Asks until a job is as wanted.</summary>
    public static async Task<Job> UntilAsync(JobHandle job, Func<Job, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var seen = await job.GetAsync(limit.Token);
            if (wanted(seen))
                return seen;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>The files of the server and its nodes, and the container engine's apart, that hold a text.</summary>
    public IReadOnlyList<string> FilesWith(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories).Where(file => Read(file).AsSpan().IndexOf(wanted) >= 0)];
    }

    public async ValueTask DisposeAsync()
    {
        // The server first: a node that has lost it gives nobody time for last requests.
        await Server.DisposeAsync();
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await RemoveLeftoversAsync();
        Client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static byte[] Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (IOException)
        {
            return []; // The lock of a process, which is empty, or what was removed since it was listed.
        }
    }

    /// <summary>What a node leaves that was killed and never returned.</summary>
    private async Task RemoveLeftoversAsync()
    {
        foreach (var left in await MadeAsync(CancellationToken.None))
            await _engine!.Engine.RemoveAsync(left.Kind, left.Id, CancellationToken.None);
    }

    /// <summary>What the engine has of this network's nodes, in the order in which it can be removed.</summary>
    private async Task<IReadOnlyList<EngineObject>> MadeAsync(CancellationToken cancellation)
    {
        var made = new List<EngineObject>();
        foreach (var node in _nodeAddresses)
            foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
                made.AddRange(await _engine!.Engine.ListAsync(kind, Labels.Of(node), cancellation));
        return made;
    }

    private static async Task UntilAsync(Func<CancellationToken, Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition(limit.Token))
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
