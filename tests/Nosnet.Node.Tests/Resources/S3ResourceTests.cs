using System.Text;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class S3ResourceTests(S3Store store, PodmanFixture podman) : IClassFixture<S3Store>, IAsyncLifetime
{
    private static readonly S3Credentials Owner = new("", S3Store.AccessKeyId, S3Store.SecretAccessKey);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-cache-").FullName;
    private ResourceStore? _resources;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ResourceOptions Options => new() { AllowedHosts = [store.Url.Authority], CacheBytes = 1024 * 1024 * 1024 };

    public ValueTask InitializeAsync()
    {
        _resources = new ResourceStore(Options, _directory, podman.Engine, Labels.Of(NodeAddress.From(Some.Bytes())), TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _resources!.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_public_place_is_read_without_credentials_and_takes_in_no_neighbour()
    {
        var bucket = await BucketAsync(isPublic: true, "models/llama/config.json", "models/llama/weights/1", "models/llama2/config.json");
        (await ReadAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}/models/llama" })).ShouldBe(
            new Dictionary<string, string> { ["config.json"] = "models/llama/config.json", ["weights/1"] = "models/llama/weights/1" }, ignoreOrder: true);
        (await ReadAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}/models/llama/config.json" })).Keys.ShouldBe(["config.json"]);
        (await ReadAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}/" })).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_private_place_wants_the_right_signature()
    {
        var bucket = await BucketAsync(isPublic: false, "a b+c&ü/1.txt");
        var resource = new S3Resource { Target = "/m", Url = store.Url.ToString(), Bucket = bucket, Credentials = Owner };
        (await ReadAsync(resource)).ShouldBe(new Dictionary<string, string> { ["a b+c&ü/1.txt"] = "a b+c&ü/1.txt" });
        (await ReadAsync(resource with { Url = $"{store.Url}a b+c&ü" })).Keys.ShouldBe(["1.txt"]);

        (await RefusalAsync(resource with { Credentials = null })).ShouldContain("was answered with 403 AccessDenied. Check the credentials");
        var wrong = await RefusalAsync(resource with { Credentials = Owner with { SecretAccessKey = "wrong" } });
        wrong.ShouldContain("403 SignatureDoesNotMatch");
        wrong.ShouldNotContain("wrong");
        (await RefusalAsync(resource with { Credentials = Owner with { AccessKeyId = "nobody" } })).ShouldContain("403 InvalidAccessKeyId");
        (await RefusalAsync(resource with { Bucket = "no-such-bucket" })).ShouldContain("404 NoSuchBucket");
        (await RefusalAsync(resource with { Url = $"{store.Url}absent" })).ShouldContain("has nothing named \"absent\"");
    }

    [Fact]
    public async Task Only_the_files_that_are_named_come_and_one_that_is_missing_is_named()
    {
        var bucket = await BucketAsync(isPublic: false, "m/config.json", "m/weights/1", "m/weights/2", "m/weights-old/1");
        var resource = new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}/m", Files = ["config.json", "weights"], Credentials = Owner };
        (await ReadAsync(resource)).Keys.ShouldBe(["config.json", "weights/1", "weights/2"], ignoreOrder: true);
        (await RefusalAsync(resource with { Files = ["config.json", "absent.bin"] })).ShouldContain("m/absent.bin");
    }

    [Fact]
    public async Task Several_buckets_come_together()
    {
        var one = await BucketAsync(isPublic: false, "x/a", "x/b");
        var two = await BucketAsync(isPublic: false, "c");
        var files = await ReadAsync(new S3Resource
        {
            Target = "/m",
            Buckets = [new S3Bucket($"{store.Url}{one}/x") { Files = ["b"] }, new S3Bucket($"{store.Url}{two}")],
            Credentials = Owner,
        });
        files.Keys.ShouldBe(["b", "c"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_place_with_more_keys_than_one_page_comes_whole()
    {
        var keys = Enumerable.Range(0, 1_050).Select(number => $"data/{number / 100}/{number}").ToArray();
        var bucket = await BucketAsync(isPublic: true, keys);
        (await ReadAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}" })).ShouldBe(keys.ToDictionary(key => key), ignoreOrder: true);
    }

    [Fact]
    public async Task A_key_that_would_leave_the_target_is_refused()
    {
        var bucket = await BucketAsync(isPublic: true, "good");
        await store.PutAsync(bucket, "../../evil", [1]);
        (await RefusalAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}" })).ShouldContain("\"../../evil\", which leads out of its target");
        (await ReadAsync(new S3Resource { Target = "/m", Url = $"{store.Url}{bucket}", Files = ["good"] })).Keys.ShouldBe(["good"]);
    }

    [Fact]
    public async Task A_container_writes_to_a_copy_of_its_own_and_the_next_run_sees_nothing_of_it()
    {
        var bucket = await BucketAsync(isPublic: false, "config", "dir/file");
        var resource = new S3Resource { Target = "/data", Url = $"{store.Url}{bucket}", AllowWrite = true, Credentials = Owner };
        const string spoil = "cat /data/config /data/dir/file; echo; echo spoiled > /data/config && rm /data/dir/file && echo new > /data/dir/new && ls /data/dir";
        var settings = NewSettings() with { Resources = Options };
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var scene = new RunScene(podman, Job(Run("write", spoil) with { Resources = [resource] }), settings with { CacheDirectory = Directory.CreateDirectory(settings.CacheDirectory).FullName });
            (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
            (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["configdir/file", "new"]);
        }
    }

    private async Task<string> BucketAsync(bool isPublic, params string[] keys)
    {
        var bucket = $"b{Guid.NewGuid():N}";
        await store.AddBucketAsync(bucket, isPublic);
        await Parallel.ForEachAsync(
            keys, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled }, async (key, _) => await store.PutAsync(bucket, key, Encoding.UTF8.GetBytes(key)));
        return bucket;
    }

    private async Task<Dictionary<string, string>> ReadAsync(S3Resource resource)
    {
        var lease = await _resources!.AcquireAsync([resource], new CacheScene.Steps(), Cancelled);
        lease.Release();
        return CacheScene.Read(lease.Path).ToDictionary(file => file.Key, file => Encoding.UTF8.GetString(file.Value));
    }

    private async Task<string> RefusalAsync(S3Resource resource) => (await Should.ThrowAsync<ResourceException>(() => ReadAsync(resource))).Message;
}
