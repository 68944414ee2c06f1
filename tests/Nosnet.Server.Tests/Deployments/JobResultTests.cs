using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>The results that nodes deliver to the network.</summary>
public sealed class JobResultTests
{
    [Fact]
    public async Task Only_the_result_of_a_confidential_job_is_delivered()
    {
        await using var network = await TestNetwork.StartAsync();
        var (_, job) = await RunningAsync(network, confidential: false);
        using var node = await NodeOfAsync(network);

        (await DeliverAsync(network, node, job)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldBe(
            $"Job {job} is of no confidential deployment that there is now, so its result is not kept here. Pin it, and report the end of the run with it.");

        (await KeptAsync(network)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_delivered_for_a_deployment_that_is_deleted()
    {
        await using var network = await TestNetwork.StartAsync();
        var (id, job) = await RunningAsync(network, confidential: true);
        using var node = await SimulatedNode.JoinedAsync(network);
        var run = await StartedAsync(node);
        (await DeliverAsync(network, node, job)).ShouldSucceed();
        (await KeptAsync(network)).ShouldBe([$"result/{job}"]);

        await DeleteAsync(network, id, node, run);

        (await DeliverAsync(network, node, job)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await KeptAsync(network)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_under_way_when_its_deployment_was_deleted_is_not_kept()
    {
        await using var network = await TestNetwork.StartAsync();
        var (id, job) = await RunningAsync(network, confidential: true);
        using var node = await SimulatedNode.JoinedAsync(network);
        var run = await StartedAsync(node);
        using var result = new HeldContent(Result(at: 1));
        var delivering = DeliverAsync(network, node, job, result);
        await result.Began;

        await DeleteAsync(network, id, node, run);
        result.End();

        (await delivering).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await KeptAsync(network)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_results_that_are_delivered_at_once_one_counts()
    {
        await using var network = await TestNetwork.StartAsync();
        var (id, job) = await RunningAsync(network, confidential: true);
        using var node = await NodeOfAsync(network);

        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(at => DeliverAsync(network, node, job, at)));

        answers.Count(a => a.Status is HttpStatusCode.OK).ShouldBe(1);
        var taken = Array.FindIndex(answers, a => a.Status is HttpStatusCode.OK) + 1;
        (await network.GetAsync($"/api/deployments/{id}/jobs/{job}")).ShouldSucceed().Json.GetProperty("jobResult").GetProperty("startTime").GetInt32().ShouldBe(taken);
    }

    /// <summary>A deployment that has posted its job.</summary>
    private static async Task<(string Deployment, string Job)> RunningAsync(TestNetwork network, bool confidential)
    {
        var id = await network.CreateAsync(more: [("confidential", confidential), ("autostart", true)]);
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);
        return (id, (await network.GetAsync($"/api/deployments/{id}/jobs")).Json.GetProperty("jobs")[0].GetProperty("job").GetString()!);
    }

    private static async Task<SimulatedNode> NodeOfAsync(TestNetwork network)
    {
        var node = await SimulatedNode.JoinedAsync(network);
        (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        return node;
    }

    private static async Task<Assignment> StartedAsync(SimulatedNode node)
    {
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        return run;
    }

    private static async Task DeleteAsync(TestNetwork network, string deployment, SimulatedNode node, Assignment run)
    {
        (await network.PostAsync($"/api/deployments/{deployment}/stop")).ShouldSucceed();
        await network.Engine.DoDueAsync(TestNetwork.Cancellation);
        (await node.FinishAsync(run, reason: "stopped_by_owner")).ShouldSucceed();
        await network.UntilAsync(deployment, d => d.GetProperty("status").GetString() == "STOPPED");
        (await network.SendAsync(HttpMethod.Delete, $"/api/deployments/{deployment}")).ShouldSucceed();
    }

    private static string Result(int at) => $$"""{"status":"success","startTime":{{at}},"endTime":100,"opStates":[]}""";

    private static Task<Answer> DeliverAsync(TestNetwork network, SimulatedNode node, string job, int at = 1) => DeliverAsync(network, node, job, Result(at));

    private static Task<Answer> DeliverAsync(TestNetwork network, SimulatedNode node, string job, object result) => network.SendAsync(
        HttpMethod.Post, $"/deployments/jobs/{job}/results", result, "",
        request => request.Headers.TryAddWithoutValidation("Authorization", $"{job}:{node.Sign(job)}"));

    private static async Task<IEnumerable<string>> KeptAsync(TestNetwork network) =>
        (await network.Server.Services.GetRequiredService<ISecretStore>().ListAsync(NetworkAccount.Key, TestNetwork.Cancellation)).Select(secret => secret.Name);
}
