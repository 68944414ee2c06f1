using System.Globalization;
using Nosnet.Server;
using Nosnet.Storage;

namespace Nosnet.EndToEnd;

/// <summary>Servers of one network as processes of their own, which are killed under load, and what is compared in the end.</summary>
internal sealed class CrashScene : IAsyncDisposable
{
    private const string ReadyLine = "nosnet is ready at ";
    private const string Secret = "3535353535353535353535353535353535353535353535353535353535353535";

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private readonly string? _store;
    private readonly Dictionary<string, string> _environment;
    private readonly List<(NosnetProcess Process, string Url)> _servers = [];
    private readonly ITestOutputHelper _output;

    private CrashScene(string? store, ITestOutputHelper output)
    {
        _store = store;
        _output = output;
        _environment = new() { ["NOSNET_SECRET"] = Secret, ["NOSNET_OPERATOR_KEY"] = LiveNetwork.ApiKey, ["NOSANA_API_KEY"] = LiveNetwork.ApiKey };
        if (store is not null)
            _environment["NOSNET_STORE"] = store;
        var seed = System.Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        Random = new Random(seed);
    }

    public Random Random { get; }
    public IReadOnlyList<string> Urls => [.. _servers.Select(s => s.Url)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public NosnetProcess Server(int number) => _servers[number].Process;

    /// <summary>How often to kill: as <c>NOSNET_CRASH_KILLS</c> says.</summary>
    public static int Kills(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("NOSNET_CRASH_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : otherwise;

    /// <param name="store">A PostgreSQL database; null for files.</param>
    /// <param name="servers">How many servers share it.</param>
    /// <param name="output">Where the figures are told.</param>
    public static async Task<CrashScene> StartAsync(string? store, int servers, ITestOutputHelper output)
    {
        var scene = new CrashScene(store, output);
        for (var i = 0; i < servers; i++)
        {
            var process = scene.Start(i, "http://127.0.0.1:0");
            scene._servers.Add((process, ""));
            var line = await process.LineAsync(ReadyLine);
            scene._servers[i] = (process, line[(line.IndexOf(ReadyLine, StringComparison.Ordinal) + ReadyLine.Length)..].Trim());
        }

        return scene;
    }

    /// <summary>Kills a server where it stands and starts it again, without waiting for it.</summary>
    public async Task KillAsync(int server)
    {
        var (process, url) = _servers[server];
        await process.KillAsync();
        await process.DisposeAsync();
        _servers[server] = (Start(server, url), url);
    }

    /// <summary>Ends the load, verifies an export of the chain, kills what still runs, and compares what everybody was told with the store.</summary>
    public async Task CompareAsync(Load load, int kills)
    {
        await load.EndAsync();
        load.Faults.ShouldBeEmpty();
        var file = Path.Combine(_directory, "chain");
        await NosnetProcess.RunAsync(["receipts", "export", file, "--url", Urls[0]], _environment);
        var verified = await NosnetProcess.RunAsync(["receipts", "verify", "--file", file]);
        verified.Output.ShouldContain("The chain is whole");
        foreach (var (process, _) in _servers)
            await process.KillAsync();

        using var secret = new NetworkSecret(Convert.FromHexString(Secret));
        var chain = await ReadAsync(secret);
        var comparison = Comparison.Of(load, kills, chain, secret.Addresses());
        _output.WriteLine($"{comparison}; {chain.Blocks} blocks of {chain.Entries} entries verified");
        comparison.ShouldBeWhole();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _servers)
            await process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private NosnetProcess Start(int server, string url) => NosnetProcess.Start(["serve", "--url", url, "--data", Data(server), "--allow-webhook", "127.0.0.1"], _environment);

    private string Data(int server) => Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"server{server}"));

    private async Task<StoredChain> ReadAsync(NetworkSecret secret)
    {
        INetworkStores stores = _store is null ? SqliteStores.Open(Data(0)) : PostgresStores.Open(_store);
        try
        {
            return await StoredChain.ReadAsync(stores, secret.NetworkAccount, Cancelled);
        }
        finally
        {
            stores.TryOpenLane()?.Dispose();
            stores.Secrets.Dispose();
            stores.Content.Dispose();
            stores.Read.Dispose();
            (stores as IDisposable)?.Dispose();
        }
    }
}
