using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class ConfidentialJobTests(EngineFixture engine)
{
    private const string Stub = """{"version":"0.1","type":"container","ops":[],"logistics":{"send":{"type":"api-listen","args":{}},"receive":{"type":"api-listen","args":{}}}}""";

    /// <summary>A node takes jobs a moment before its tunnel is open.</summary>
    private const HttpStatusCode NotThereYet = HttpStatusCode.BadGateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_confidential_jobs_definition_and_result_are_its_owners_and_its_nodes_alone()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1);
        await network.Client.Secrets.SetAsync("TOKEN", "hunter22-confidential", Cancellation);
        var definition = new JobDefinition
        {
            Ops = [new ContainerRun("hush") { Image = "busybox", Cmd = "echo very-private-words $TOKEN", Env = new() { ["TOKEN"] = "%%secrets.TOKEN%%", ["OTHER"] = "private-value" } }],
        };
        var job = await network.Client.Jobs.PostConfidentialAsync(definition, LiveNetwork.GuideMarket, TimeSpan.FromMinutes(10), cancellationToken: Cancellation);

        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed);
        ended.Cost!.Value.ShouldBeGreaterThan(Credits.Zero);
        var pinned = Encoding.UTF8.GetString(await network.Client.Ipfs.ReadAsync(ended.ResultCid!.Value, JobResult.MaxBytes, Cancellation));
        pinned.ShouldContain("\"status\":\"success\"");
        pinned.ShouldContain("\"opStates\":[]");
        var result = await job.ResultAsync(Cancellation);
        result.Operations.ShouldHaveSingleItem().Logs.Select(log => log.Log).ShouldContain("very-private-words ***");

        // The run's own files go when its end has been told.
        using (var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50)))
        {
            while (network.FilesWith("very-private-words").Count > 1)
                await pause.WaitForNextTickAsync(Cancellation);
        }
        network.FilesWith("very-private-words").ShouldHaveSingleItem("the result that waits for its owner").ShouldContain("result-");
        network.FilesWith("private-value").ShouldBeEmpty();
        network.FilesWith("hunter22").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_waits_for_the_definition_at_its_own_name_as_official_nodes_do()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1);
        using var http = new HttpClient { BaseAddress = new Uri(network.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveNetwork.ApiKey);
        var cid = await network.Client.Ipfs.AddJsonAsync(System.Text.Json.JsonElement.Parse(Stub), Cancellation);
        var job = await network.Client.Jobs.PostAsync(new PostJob(cid, LiveNetwork.GuideMarket), Cancellation);
        var at = $"/node/{(await LiveNetwork.UntilAsync(job, j => j.Node is not null)).Node}/job/{job.Address}";
        (await EarlyAsync()).ShouldBe(HttpStatusCode.BadRequest);

        using var received = await PostAsync(new JobDefinition { Ops = [new ContainerRun("a") { Image = "busybox", Cmd = "echo hi" }] }.ToJson());
        (await received.Content.ReadAsStringAsync(Cancellation)).ShouldBe("Job definition received");
        (await LiveNetwork.UntilAsync(job, j => j.HasEnded)).Status.ShouldBe(JobStatus.Completed);
        JobResult.Parse(await http.GetByteArrayAsync($"{at}/results", Cancellation)).Operations[0].Logs[0].Log.ShouldBe("hi");

        async Task<HttpResponseMessage> PostAsync(string json)
        {
            while (true)
            {
                using var body = new StringContent(json, Encoding.UTF8, "application/json");
                var answer = await http.PostAsync($"{at}/job-definition", body, Cancellation);
                if (answer.IsSuccessStatusCode)
                    return answer;
                answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Conflict, NotThereYet);
                answer.Dispose();
            }
        }

        async Task<HttpStatusCode> EarlyAsync()
        {
            while (true)
            {
                using var early = await http.GetAsync($"{at}/results", Cancellation);
                if (early.StatusCode is not NotThereYet)
                    return early.StatusCode;
            }
        }
    }

    [Fact]
    public async Task A_definition_that_cannot_run_ends_the_job_as_a_validation_error_at_no_cost()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1);
        var cid = await network.Client.Ipfs.AddJsonAsync(System.Text.Json.JsonElement.Parse(Stub), Cancellation);
        var job = await network.Client.Jobs.PostAsync(new PostJob(cid, LiveNetwork.GuideMarket), Cancellation);
        await Should.ThrowAsync<NosanaException>(() => network.Client.Jobs.SendDefinitionAsync(job.Address, new JobDefinition { Ops = [] }, Cancellation));
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Cost!.Value.ShouldBe(Credits.Zero);
        JobResult.Parse(await network.Client.Ipfs.ReadAsync(ended.ResultCid!.Value, JobResult.MaxBytes, Cancellation)).Status.ShouldBe(ResultStatus.ValidationError);
    }

    [Fact]
    public async Task A_definition_is_fetched_from_its_owners_endpoint_and_the_result_delivered_there_both_signed_by_the_node()
    {
        await using var owner = await OwnersEndpoint.StartAsync(new JobDefinition { Ops = [new ContainerRun("hush") { Image = "busybox", Cmd = "echo very-private-words" }] });
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: 1, "--allow-download", owner.Authority);
        var job = await PostAsync(network, owner.Url);
        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);

        ended.Status.ShouldBe(JobStatus.Completed);
        owner.Calls.Select(call => call.Line).ShouldBe([$"GET /{job.Address}", $"GET /{job.Address}", $"POST /{job.Address}"], "the first is not answered well, and asked again");
        foreach (var call in owner.Calls)
            SignedMessage.Check(call.Authorization, ended.Node!.Value.Value, TimeProvider.System, job.Address.ToString()).ShouldBe(SignatureCheck.Valid);
        JobResult.Parse(owner.Calls[^1].Body).Operations.ShouldHaveSingleItem().Logs.Select(log => log.Log).ShouldContain("very-private-words");
        Encoding.UTF8.GetString(await network.Client.Ipfs.ReadAsync(ended.ResultCid!.Value, JobResult.MaxBytes, Cancellation)).ShouldNotContain("private");
    }

    [Fact]
    public async Task A_confidential_job_goes_on_when_its_node_was_killed_in_the_middle()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var node = await network.StartNodeAsync("node", slots: 1);
        var definition = new JobDefinition { Ops = [LiveNetwork.Gated("hush", "echo begun", "echo very-private-words")] };
        var job = await network.Client.Jobs.PostConfidentialAsync(definition, LiveNetwork.GuideMarket, TimeSpan.FromMinutes(10), cancellationToken: Cancellation);
        await LiveNetwork.UntilItSpeaksAsync(job);
        await node.KillAsync();
        await network.StartNodeAsync("node", slots: 1);
        await network.OpenGatesAsync();

        (await LiveNetwork.UntilAsync(job, j => j.HasEnded)).Status.ShouldBe(JobStatus.Completed);
        (await job.ResultAsync(Cancellation)).Operations.ShouldHaveSingleItem().Logs.Select(log => log.Log).ShouldBe(["begun", "very-private-words"]);
    }

    private static async Task<JobHandle> PostAsync(LiveNetwork network, string endpoint)
    {
        var way = $$$"""{"type":"api","args":{"endpoint":"{{{endpoint}}}/%%global.job%%"}}""";
        var stub = $$$"""{"version":"0.1","type":"container","ops":[],"logistics":{"send":{{{way}}},"receive":{{{way}}}}}""";
        return await network.Client.Jobs.PostAsync(new PostJob(await network.Client.Ipfs.AddJsonAsync(System.Text.Json.JsonElement.Parse(stub), Cancellation), LiveNetwork.GuideMarket), Cancellation);
    }
}
