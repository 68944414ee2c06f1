using System.Net;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.Server.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task While_the_disk_is_full_writes_are_refused_reads_go_on_and_when_there_is_room_again_nothing_is_lost()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To mount a small disk takes root.");
        using var disk = SmallDisk.Create(megabytes: 16);
        var directory = Path.Combine(disk.Path, "network");
        List<string> jobs;
        await using (var network = await TestNetwork.StartAsync(directory: directory))
            jobs = await FillAsync(disk, network);

        StoreAudit.Run(directory, network: null, TestNetwork.Cancellation).Height.ShouldBeGreaterThan(0);
        await using var again = await TestNetwork.StartAsync(directory: directory);
        await ShouldHaveAsync(again, jobs);
    }

    [Fact]
    public async Task While_the_disk_of_PostgreSQL_is_full_writes_are_refused_reads_go_on_and_when_there_is_room_again_nothing_is_lost()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To mount a small disk takes root.");
        using var disk = SmallDisk.Create(megabytes: 128);
        await using var cluster = PostgresCluster.On(disk.Path);
        var store = await cluster.NewDatabaseAsync();
        await using var network = await TestNetwork.StartAsync(o => o with { Store = store });
        var jobs = await FillAsync(disk, network);
        await ShouldHaveAsync(network, jobs);
    }

    /// <summary>Posts jobs until the disk is full, and some more when it no longer is; gives those that were acknowledged.</summary>
    private static async Task<List<string>> FillAsync(SmallDisk disk, TestNetwork network)
    {
        var jobs = new List<string>();
        using var node = await SimulatedNode.JoinedAsync(network);
        var definition = await network.PinAsync(TestNetwork.Hello);
        jobs.Add(await network.PostJobAsync());
        (await node.StartAsync((await node.BeatAsync()).Assignments.Single())).ShouldSucceed();

        disk.Fill();
        var refused = await PostUntilRefusedAsync();
        refused.ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable).Error.ShouldContain("disk");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await network.PostAsync("/pinning/pinJSONToIPFS", $$"""{"large":"{{new string('x', 200_000)}}"}""")).ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        foreach (var path in (string[])[$"/api/jobs/{jobs[0]}", $"/ipfs/{definition}", "/api/credits/balance", "/api/jobs", "/api/markets"])
            (await network.GetAsync(path)).ShouldSucceed();
        // A lease is not written, so the node keeps its run.
        (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();

        disk.MakeRoom();
        jobs.Add(await network.PostJobAsync());
        (await node.FinishAsync((await node.BeatAsync()).Assignments[0])).ShouldSucceed();
        return jobs;

        async Task<Answer> PostUntilRefusedAsync()
        {
            while (true)
            {
                var answer = await network.PostAsync("/api/jobs/list", new { ipfsHash = definition, market = "default", timeout = 60 });
                if (answer.Status is not HttpStatusCode.OK)
                    return answer;
                jobs.Add(answer.Json.GetProperty("job").GetString()!);
            }
        }
    }

    private static async Task ShouldHaveAsync(TestNetwork network, List<string> jobs)
    {
        foreach (var job in jobs)
            (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed();
        (await network.GetAsync("/api/jobs")).ShouldSucceed().Json.GetProperty("totalJobs").GetInt32().ShouldBe(jobs.Count, "what was refused was not done");
    }
}
