using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Nosnet.Protocol;

namespace Nosnet.Benchmarks;

/// <summary>What the protocol asks to be computed.</summary>
public class ProtocolBenchmarks
{
    private const int GroupSize = 32;

    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddYears(56);
    private readonly byte[] _definition =
        new JobDefinition { Ops = [new ContainerRun("serve") { Image = "docker.io/library/busybox:1.36", Cmd = ["httpd", "-f", "-p", "8080"], Expose = 8080 }] }.ToUtf8Bytes();

    private readonly byte[] _file = new byte[256 * 1024];
    private readonly byte[][] _entries = [.. Enumerable.Range(0, GroupSize).Select(i => new byte[64 + i])];

    private readonly Entry _entry = new()
    {
        Kind = EntryKind.JobPosted,
        At = At,
        Account = 2,
        Job = 1_000_000,
        Amount = new Credits(1_833_334),
        Postings = Postings.Of(new Posting(2, Bucket.Available, new Credits(-1_833_334)), new Posting(2, Bucket.Reserved, new Credits(1_833_334))),
        PreviousOfAccount = new EntryPlace(31_250, 17),
    };

    private readonly JobView _view = new()
    {
        IpfsJob = UnixFsImporter.CidOf("{}"u8),
        IpfsResult = UnixFsImporter.CidOf("{}"u8),
        Market = MarketAddress.Parse("CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ"),
        Node = "fqAobu9Po3BnW8abEydReKrtqLku7ivd59BF95bc1LU",
        Payer = AccountAddress.Parse("CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ"),
        Project = AccountAddress.Parse("CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ"),
        Price = new Credits(110_000_000),
        State = JobState.Completed,
        TimeStart = At.ToUnixTimeSeconds(),
        TimeEnd = At.ToUnixTimeSeconds() + 1,
        Timeout = 600,
        UsdRewardPerHour = new Credits(100_000_000),
        ListedAt = At.ToUnixTimeSeconds(),
        Address = JobAddress.Parse("DC9tJ6f3SCdVrDmxPRx1mb6NQ7CPoJ2c8we5CSTGifmB"),
        Status = JobStatus.Completed,
        Epoch = 1,
        CostUsd = new Credits(6_875),
        ReservedUsd = Credits.Zero,
        PostedAt = At,
        JobDefinition = JsonElement.Parse("""{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"true","args":{"image":"busybox","cmd":["true"]}}]}"""),
        Endpoints = [],
    };

    [Benchmark(Description = "CID of a definition")]
    public Cid CidOfDefinition() => UnixFsImporter.CidOf(_definition);

    [Benchmark(Description = "CID of 256 KiB")]
    public Cid CidOfChunk() => UnixFsImporter.CidOf(_file);

    [Benchmark(Description = "a definition parsed")]
    public bool ParseDefinition() => JobDefinitionParser.Parse(_definition).IsValid;

    [Benchmark(Description = "an entry encoded")]
    public byte[] EncodeEntry() => EntryCodec.Encode(_entry);

    [Benchmark(Description = "Merkle root of 32 entries")]
    public Bytes32 MerkleRoot() => MerkleTree.Root([.. _entries.Select(e => MerkleTree.Leaf(e))]);

    [Benchmark(Description = "JSON of a job")]
    public byte[] JobAsJson() => JsonSerializer.SerializeToUtf8Bytes(_view, ProtocolJson.Default.JobView);
}
