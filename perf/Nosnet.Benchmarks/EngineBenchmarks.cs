using BenchmarkDotNet.Attributes;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Benchmarks;

/// <summary>What the engine decides, against rows that are in memory.</summary>
public class EngineBenchmarks
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-benchmarks-").FullName;
    private readonly AddressBook _addresses = new(new byte[32]);
    private readonly PostJob _post = new(OperatorAccount.Key, Genesis.FirstMarket, UnixFsImporter.CidOf("{}"u8), TimeoutSeconds: 60, Node: null);
    private ILaneStore? _store;
    private LaneRows? _rows;
    private Draft? _draft;
    private JobAddress _address;

    [GlobalSetup]
    public void Setup()
    {
        _store = SqliteStores.Open(_directory).TryOpenLane()!;
        _rows = new LaneRows(_store, _addresses, Now);
        _rows.Load();
        _draft = new Draft(_rows);
        _draft.Begin(Now);
        var key = new Bytes32(new byte[Bytes32.Length]);
        new Genesis(new AccountAddress(key), new AccountAddress(new Bytes32([.. Enumerable.Repeat((byte)1, Bytes32.Length)])), key).Decide(_draft);
        _rows.Accept(_draft);
        _rows.Commit(Now, static hash => hash.ToArray(), new Committed([], [], ApiKeysChanged: true));
        _address = _addresses.Job(1_000_000);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _store!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(Description = "the address of a job")]
    public JobAddress Address() => _addresses.Job(1_000_000);

    [Benchmark(Description = "the job of an address")]
    public bool Job() => _addresses.TryJob(_address, out _);

    [Benchmark(Description = "posting a job, decided")]
    public bool Post()
    {
        _draft!.Begin(Now);
        return _post.Decide(_draft).IsRefused;
    }
}
