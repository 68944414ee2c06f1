using System.Security.Cryptography;
using System.Text;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class SecretJobTests(EngineFixture engine)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_uses_a_secret_that_no_log_result_or_file_shows_also_when_its_node_is_killed_and_the_secret_changed()
    {
        const string first = "hunter22-the-first";
        const string second = "hunter22-the-second";
        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first + "\n")));
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.Client.Secrets.SetAsync("TOKEN", first, Cancellation);
        var node = await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync(new JobDefinition
        {
            Ops =
            [
                LiveNetwork.Gated("job", "echo it is $TOKEN, ${#TOKEN} long", "echo it was $TOKEN") with { Env = new() { ["TOKEN"] = "%%secrets.TOKEN%%" } },
                new ContainerRun("later") { Image = "busybox", Cmd = $"test $(echo %%secrets.TOKEN%% | sha256sum | cut -c1-64) = {sum} && echo same %%secrets.TOKEN%%" },
            ],
        });
        await LiveNetwork.UntilItSpeaksAsync(job);
        network.FilesWith("it is ***").ShouldHaveSingleItem("the log on the node's disk");

        await node.KillAsync();
        await network.Client.Secrets.SetAsync("TOKEN", second, Cancellation);
        await network.StartNodeAsync("node", slots: 1);
        await network.OpenGatesAsync();

        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed);
        ended.Epoch.ShouldBe(1);
        var result = Encoding.UTF8.GetString(await network.Client.Ipfs.ReadAsync(ended.ResultCid!.Value, JobResult.MaxBytes, Cancellation));
        result.ShouldContain($"it is ***, {first.Length} long");
        result.ShouldContain("it was ***");
        result.ShouldContain("same ***");
        result.ShouldNotContain("hunter22");
        network.FilesWith("hunter22").ShouldBeEmpty();
        (await network.Client.Secrets.ListAsync(Cancellation)).ShouldHaveSingleItem().LastUsedAt.ShouldNotBeNull();
    }
}
