using System.Text;
using System.Text.Json.Nodes;
using Nosnet.Client;
using Nosnet.Node.Tests;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>One network with one node for all definitions of the folder, which are posted together: each test waits for its own.</summary>
public sealed class ConformanceNetwork(EngineFixture engine) : IAsyncLifetime
{
    private const int Slots = 4;

    // So that what is written without end meets its end soon.
    private static readonly string Policy = Path.Combine(Folder, "node.policy");

    private readonly Dictionary<string, Task<JobHandle>> _jobs = [];
    private readonly TestHub _hub = new();
    private LiveNetwork? _network;

    public static string Folder => Path.Combine(Repository.Root, "tests", "Nosnet.EndToEnd", "Conformance");

    public NosanaClient Client => _network!.Client;

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    public static JsonObject Case(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!.AsObject();

    public async ValueTask InitializeAsync()
    {
        await _hub.StartAsync();
        _hub.Files["config.json"] = "{}"u8.ToArray();
        _hub.Files["weights/1"] = "one"u8.ToArray();
        _hub.Files["weights/2"] = "two"u8.ToArray();
        _hub.AddModel("library/tiny:latest", [1, 2, 3]);
        _hub.AddModel("owner/other:1b", [4, 5, 6]);
        _network = await LiveNetwork.StartAsync(engine);
        await _network.StartNodeAsync(
            "node", Slots, "--policy", Policy, "--hf-endpoint", $"{_hub.Url}", "--ollama-endpoint", $"{_hub.Url}", "--allow-download", _hub.Cdn.Authority);
        foreach (var name in Names)
        {
            var posting = PostAsync(Case(name));
            // One at a time; a refusal is for the test of that name to look at.
            await ((Task)posting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _jobs[name] = posting;
        }
    }

    public Task<JobHandle> JobAsync(string name) => _jobs[name];

    public static Task<Job> EndAsync(JobHandle job) => LiveNetwork.UntilAsync(job, j => j.HasEnded);

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
            await _network.DisposeAsync();
        await _hub.DisposeAsync();
    }

    private async Task<JobHandle> PostAsync(JsonObject test)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var definition = new MemoryStream(Encoding.UTF8.GetBytes(test["definition"]!.ToJsonString().Replace("{hub}", $"{_hub.Url}", StringComparison.Ordinal)));
        var cid = await Client.Ipfs.AddAsync(definition, cancelled);
        var timeout = TimeSpan.FromSeconds(test["timeoutSeconds"]?.GetValue<int>() ?? 120);
        return await Client.Jobs.PostAsync(new PostJob(cid, MarketAddress.Parse(LiveNetwork.GuideMarket)) { Timeout = timeout }, cancelled);
    }
}
