using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ResourceCacheTests
{
    private const int Large = 300_000;

    [Fact]
    public async Task A_repository_comes_whole_in_pages_and_by_way_of_another_host_and_its_progress_is_told()
    {
        await using var scene = await CacheScene.NewAsync();
        Fill(scene, "README.md", "config.json", "dir/a", "dir/sub/b", "empty");
        scene.Hub.Files["empty"] = [];
        scene.Hub.Files["model.safetensors"] = TestHub.Bytes(Large);
        var steps = new CacheScene.Steps();
        var lease = await scene.AcquireAsync(scene.Model(), steps);
        ShouldBe(lease, scene.Hub.Files);
        steps.All[^1].ShouldBe(new ResourceStep(scene.Hub.Files.Values.Sum(file => file.Length), scene.Hub.Files.Values.Sum(file => file.Length), 6, 6));
    }

    [Fact]
    public async Task Only_the_files_and_directories_that_are_named_come()
    {
        await using var scene = await CacheScene.NewAsync();
        Fill(scene, "README.md", "dir/a", "dir/sub/b", "dirt");
        var lease = await scene.AcquireAsync(scene.Model("README.md", "dir"));
        CacheScene.Read(lease.Path).Keys.ShouldBe(["README.md", "dir/a", "dir/sub/b"], ignoreOrder: true);
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model("absent")))).Message.ShouldContain("no file or directory \"absent\" in main");
    }

    [Fact]
    public async Task A_token_opens_a_private_repository_and_goes_to_no_other_host()
    {
        await using var scene = await CacheScene.NewAsync();
        Fill(scene, "small");
        scene.Hub.Files["large"] = TestHub.Bytes(Large);
        scene.Hub.IsPrivate = true;
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model()))).Message.ShouldBe(
            "The repository owner/model in main was answered with 401 GatedRepo. Check the credentials, and that they may read it.");

        var lease = await scene.AcquireAsync(scene.Model(new HuggingFaceResource { Repo = "owner/model", Target = "/m", AccessToken = TestHub.Token, Revision = "v1" }));
        ShouldBe(lease, scene.Hub.Files);
        var elsewhere = scene.Hub.Requests.Where(request => request.Port == scene.Hub.Cdn.Port).ToArray();
        elsewhere.ShouldNotBeEmpty();
        elsewhere.ShouldAllBe(request => request.Authorization.Length == 0);
    }

    [Fact]
    public async Task What_was_downloaded_with_credentials_is_not_there_for_those_without()
    {
        await using var scene = await CacheScene.NewAsync();
        Fill(scene, "a");
        var withToken = await scene.AcquireAsync(scene.Model(new HuggingFaceResource { Repo = "owner/model", Target = "/m", AccessToken = TestHub.Token }));
        (await scene.AcquireAsync(scene.Model())).Id.ShouldNotBe(withToken.Id);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("large")]
    public async Task A_file_that_does_not_hash_as_the_hub_says_is_never_taken_for_it(string name)
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files[name] = TestHub.Bytes(name == "small" ? 100 : Large);
        scene.Hub.Wrong.Add(name);
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model()))).Message.ShouldContain($"what came as {name} is not what the store says it is");
        Directory.GetDirectories(Path.Combine(scene.Directory, "whole")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_there_is_not_downloaded_again_and_what_changed_is()
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files["large"] = TestHub.Bytes(Large);
        var first = await scene.AcquireAsync(scene.Model());
        scene.Hub.Requests.Clear();
        scene.Open();
        (await scene.AcquireAsync(scene.Model())).Id.ShouldBe(first.Id);
        scene.Hub.Requests.ShouldNotContain(request => request.Path.Contains("resolve"));

        scene.Hub.Files["large"] = TestHub.Bytes(Large, seed: 2);
        var second = await scene.AcquireAsync(scene.Model());
        ShouldBe(second, scene.Hub.Files);
        CacheScene.Read(first.Path)["large"].ShouldBe(TestHub.Bytes(Large), "whoever still uses it sees no change");
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_was()
    {
        await using var scene = await CacheScene.NewAsync(isHasty: true);
        scene.Hub.Files["large"] = TestHub.Bytes(Large);
        scene.Hub.BreaksOff = 2;
        ShouldBe(await scene.AcquireAsync(scene.Model()), scene.Hub.Files);
        scene.Hub.Requests.Where(request => request.Path == "/cdn/large").Select(request => request.Range).ShouldBe(["", "bytes=50000-", "bytes=100000-"]);
    }

    [Fact]
    public async Task What_an_earlier_process_left_half_is_not_taken_for_whole_and_is_completed()
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files["large"] = TestHub.Bytes(Large);
        scene.Hub.Gate = new TaskCompletionSource();
        using var killed = new CancellationTokenSource();
        var steps = new CacheScene.Steps();
        var first = scene.AcquireAsync(scene.Model(), steps, killed.Token);
        await steps.Began;
        await killed.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await scene.LetGoAsync();

        scene.Hub.Gate.SetResult();
        scene.Hub.Gate = null;
        scene.Hub.Requests.Clear();
        scene.Open();
        ShouldBe(await scene.AcquireAsync(scene.Model()), scene.Hub.Files);
        scene.Hub.Requests.Single(request => request.Path == "/cdn/large").Range.ShouldStartWith("bytes=");
    }

    [Fact]
    public async Task A_file_that_someone_took_out_of_the_cache_is_noticed()
    {
        await using var scene = await CacheScene.NewAsync();
        Fill(scene, "a", "b");
        var lease = await scene.AcquireAsync(scene.Model());
        File.Delete(Path.Combine(lease.Path, "a"));
        ShouldBe(await scene.AcquireAsync(scene.Model()), scene.Hub.Files);
    }

    [Fact]
    public async Task Two_that_want_the_same_download_it_once_and_one_that_leaves_does_not_take_it_from_the_other()
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files["large"] = TestHub.Bytes(Large);
        scene.Hub.Gate = new TaskCompletionSource();
        using var leaves = new CancellationTokenSource();
        var (steps, others) = (new CacheScene.Steps(), new CacheScene.Steps());
        var first = scene.AcquireAsync(scene.Model(), steps, leaves.Token);
        var second = scene.AcquireAsync(scene.Model(), others);
        await Task.WhenAll(steps.Began, others.Began);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        scene.Hub.Gate.SetResult();
        ShouldBe(await second, scene.Hub.Files);
        scene.Hub.Requests.Count(request => request.Path == "/cdn/large").ShouldBe(1);
    }

    [Fact]
    public async Task A_hub_that_takes_a_connection_and_never_answers_is_given_up()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var url = new Uri($"http://{silent.LocalEndpoint}/");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var http = new ResourceHttp(new OutboundRules([url], []), time);
        var asked = http.SendAsync("The silent hub", new HttpRequestMessage(HttpMethod.Get, url), TestContext.Current.CancellationToken);
        using var connection = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(1));
        var failure = await Should.ThrowAsync<ResourceException>(() => asked);
        failure.MayPass.ShouldBeTrue();
        failure.Message.ShouldStartWith("The silent hub could not be downloaded");
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again()
    {
        await using var scene = await CacheScene.NewAsync(isHasty: true);
        Fill(scene, "a");
        scene.Hub.Failures = 2;
        ShouldBe(await scene.AcquireAsync(scene.Model()), scene.Hub.Files);
    }

    [Fact]
    public async Task A_model_of_ollama_lies_as_ollama_itself_lays_it()
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.AddModel("library/tiny:latest", TestHub.Bytes(Large));
        scene.Hub.AddModel("owner/other:1b", TestHub.Bytes(Large, seed: 2));
        var files = CacheScene.Read((await scene.AcquireAsync(CombinedSource.Of([scene.Ollama("tiny"), scene.Ollama("owner/other:1b")]))).Path);
        files.Keys.Where(file => !file.StartsWith("blobs/sha256-", StringComparison.Ordinal)).ShouldBe(
            ["manifests/registry.ollama.ai/library/tiny/latest", "manifests/registry.ollama.ai/owner/other/1b"], ignoreOrder: true);
        files.Keys.Count(file => file.StartsWith("blobs/sha256-", StringComparison.Ordinal)).ShouldBe(4);
        files.Values.ShouldContain(bytes => bytes.SequenceEqual(TestHub.Bytes(Large)));
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Ollama("absent")))).Message.ShouldStartWith("The model absent was answered with 404.");
    }

    [Theory]
    [InlineData("../../etc:latest")]
    [InlineData("hf.co/owner/model:Q4")]
    [InlineData("name:tag/extra")]
    [InlineData("a/b/c")]
    public async Task What_is_no_model_is_refused_in_words(string model)
    {
        await using var scene = await CacheScene.NewAsync();
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Ollama(model)))).Message.ShouldContain("is no model of Ollama's registry");
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/cron.d/job")]
    [InlineData("dir/../../escape")]
    public async Task A_file_that_would_leave_its_target_is_refused_before_anything_is_downloaded(string name)
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files[name] = [1];
        await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model()));
        scene.Hub.Requests.ShouldNotContain(request => request.Path.Contains("resolve"));
    }

    [Fact]
    public async Task What_is_longest_unused_makes_room_and_what_a_run_or_a_volume_uses_stays()
    {
        await using var scene = await CacheScene.NewAsync(bound: 3 * Large);
        string[] names = ["one", "two", "three", "four", "five"];
        foreach (var name in names)
            scene.Hub.Files[name] = TestHub.Bytes(Large, name.Length + name[0]);
        var held = await scene.AcquireAsync(scene.Model("one"));
        var shown = await scene.AcquireAsync(scene.Model("two"));
        scene.Shown.Add(shown.Id);
        shown.Release();
        var idle = await scene.AcquireAsync(scene.Model("three"));
        idle.Release();

        var next = await scene.AcquireAsync(scene.Model("four"));
        Directory.GetDirectories(Path.Combine(scene.Directory, "whole")).Select(Path.GetFileName).ShouldBe([held.Id, shown.Id, next.Id], ignoreOrder: true);
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model("five")))).Message.ShouldContain("there is no room on this node");
        held.Release();
        await scene.AcquireAsync(scene.Model("five"));
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Model()))).Message.ShouldContain("keeps no more than");
    }

    [Fact]
    public async Task Where_the_hub_is_away_what_came_of_the_same_request_is_used()
    {
        await using var scene = await CacheScene.NewAsync(isHasty: true);
        Fill(scene, "a");
        var first = await scene.AcquireAsync(scene.Model());
        first.Release();
        scene.Hub.Failures = 5;
        var again = await scene.AcquireAsync(scene.Model());
        again.Id.ShouldBe(first.Id);
        again.Stale.ShouldNotBeNull().ShouldContain("503");
    }

    [Fact]
    public async Task A_private_address_is_not_connected_to_and_neither_is_one_that_a_redirect_leads_to()
    {
        await using var scene = await CacheScene.NewAsync();
        using var strict = new ResourceHttp(new OutboundRules([], []), TimeProvider.System);
        foreach (var url in (string[])[scene.Hub.Url + "plain/a", "http://169.254.169.254/latest/meta-data/iam", "http://[::ffff:127.0.0.1]/a", "http://0x7f000001/a", "http://localhost/a"])
        {
            var source = new S3Source(strict, TimeProvider.System, url, null, [], null);
            (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(source))).Message.ShouldContain("is not on the public internet");
        }
        scene.Hub.Requests.ShouldBeEmpty();
        (await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Store($"{scene.Hub.Url}to/http://169.254.169.254/latest/x")))).Message.ShouldContain("169.254.169.254");
    }

    [Fact]
    public async Task A_plain_file_behind_a_url_is_a_resource_too()
    {
        await using var scene = await CacheScene.NewAsync();
        scene.Hub.Files["data.bin"] = TestHub.Bytes(Large);
        ShouldBe(await scene.AcquireAsync(scene.Store($"{scene.Hub.Url}plain/data.bin")), scene.Hub.Files);
        ShouldBe(await scene.AcquireAsync(scene.Store($"{scene.Hub.Url}plain/data.bin?signature=secret")), scene.Hub.Files);
        var absent = await Should.ThrowAsync<ResourceException>(() => scene.AcquireAsync(scene.Store($"{scene.Hub.Url}plain/absent?signature=secret")));
        absent.Message.ShouldContain("absent");
        absent.Message.ShouldNotContain("secret");
    }

    private static void Fill(CacheScene scene, params string[] names)
    {
        foreach (var name in names)
            scene.Hub.Files[name] = TestHub.Bytes(100 + name.Length, name.Length);
    }

    private static void ShouldBe(CacheLease lease, IReadOnlyDictionary<string, byte[]> files)
    {
        var found = CacheScene.Read(lease.Path);
        found.Keys.ShouldBe(files.Keys, ignoreOrder: true);
        foreach (var (name, bytes) in files)
            found[name].ShouldBe(bytes);
    }
}
