using System.Text;
using Nosnet.Client;
using Nosnet.Node.Tests;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class ResourceTests(EngineFixture engine) : IAsyncLifetime
{
    private const int Large = 400_000;

    private readonly TestHub _hub = new();

    private string[] Options => ["--hf-endpoint", _hub.Url.ToString(), "--ollama-endpoint", _hub.Url.ToString(), "--allow-download", _hub.Cdn.Authority, "--cache-size", "1G"];

    public async ValueTask InitializeAsync()
    {
        await _hub.StartAsync();
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes("{}");
        _hub.Files["model.safetensors"] = TestHub.Bytes(Large);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_model_is_downloaded_once_for_all_jobs_of_a_node_and_told_as_progress()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 2, Options);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var jobs = new List<JobHandle> { await network.PostAsync(Sum()), await network.PostAsync(Sum()) };
            foreach (var job in jobs)
                (await OutputAsync(network, job)).ShouldBe([$"{Large} /models/model.safetensors"]);
        }
        _hub.Requests.Count(request => request.Path == "/cdn/model.safetensors").ShouldBe(1);

        var told = new List<LogEntry>();
        await foreach (var update in (await network.PostAsync(Sum("owner/model", "v1"))).FollowAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            if (update is JobLogged { Entry: { Kind: LogKind.Progress } entry })
                told.Add(entry);
        }
        told.ShouldContain(entry => entry.Message == "Downloading The repository owner/model: 2 files" && entry.Current == Large + 2 && entry.Total == Large + 2);
    }

    [Fact]
    public async Task A_node_that_was_killed_in_the_middle_of_a_download_completes_it_when_it_is_back()
    {
        _hub.Gate = new TaskCompletionSource();
        await using var network = await LiveNetwork.StartAsync(engine);
        var node = await network.StartNodeAsync("node", slots: 1, Options);
        var job = await network.PostAsync(Sum());
        await foreach (var update in job.FollowAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            // Of the large file a part has come, and no more comes.
            if (update is JobLogged { Entry: { Kind: LogKind.Progress, Current: > 2 } })
                break;
        }

        await node.KillAsync();
        _hub.Gate.SetResult();
        _hub.Gate = null;
        await network.StartNodeAsync("node", slots: 1, Options);

        (await OutputAsync(network, job)).ShouldBe([$"{Large} /models/model.safetensors"]);
        _hub.Requests.Where(request => request.Path == "/cdn/model.safetensors").Select(request => request.Range.Length > 0).ShouldBe([false, true]);
    }

    [Fact]
    public async Task A_definition_leads_a_node_to_no_private_address_and_says_why()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1, Options);
        var job = await network.PostAsync(Job(new S3Resource { Target = "/m", Url = "http://169.254.169.254/latest/meta-data" }));
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Failed);
        ended.EndReason.ShouldBe(EndReason.ResourceFailed);
        ended.Cost.ShouldBe(Credits.Zero);
        var result = await network.Client.Ipfs.ReadJsonAsync(ended.ResultCid!.Value, TestContext.Current.CancellationToken);
        var error = result.GetProperty("opStates")[0].GetProperty("errors")[0];
        error.GetProperty("event").GetString().ShouldBe("resource-error");
        error.GetProperty("message").GetString().ShouldBe(
            "A resource of job could not be downloaded: 169.254.169.254 has the address 169.254.169.254, which is not on the public internet, so this node does not download from it.");
    }

    private static JobDefinition Sum(string repo = "owner/model", string? revision = null) =>
        Job(new HuggingFaceResource { Repo = repo, Target = "/models", Revision = revision });

    private static JobDefinition Job(Resource resource) =>
        new() { Ops = [new ContainerRun("job") { Image = "busybox", Cmd = "wc -c /models/model.safetensors", Resources = [resource] }] };

    private static async Task<string?[]> OutputAsync(LiveNetwork network, JobHandle job)
    {
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed, ended.EndReason.ToString());
        var result = await network.Client.Ipfs.ReadJsonAsync(ended.ResultCid!.Value, TestContext.Current.CancellationToken);
        return [.. result.GetProperty("opStates")[0].GetProperty("logs").EnumerateArray()
            .Where(log => log.GetProperty("type").GetString() == "stdout").Select(log => log.GetProperty("log").GetString())];
    }
}
