using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class DeploymentsClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_is_asked_for_in_minutes_and_once()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/deployments/create", DeploymentSample.Official());
        using var client = network.Client();

        var made = await client.Deployments.CreateAsync(
            new CreateDeployment("web", "gpu", DeploymentSample.Parsed)
            {
                Strategy = DeploymentStrategy.SimpleExtend,
                Replicas = 2,
                Timeout = TimeSpan.FromSeconds(90),
                Budget = Credits.FromUsd(2.5m),
            },
            Cancellation);

        made.Address.ShouldBe(DeploymentSample.Address);
        var sent = JsonElement.Parse(network.Request.Bytes);
        sent.GetProperty("strategy").GetString().ShouldBe("SIMPLE-EXTEND");
        sent.GetProperty("timeout").GetDecimal().ShouldBe(1.5m);
        sent.GetProperty("budget").GetDecimal().ShouldBe(2.5m);
        sent.GetProperty("job_definition").GetProperty("ops")[0].GetProperty("id").GetString().ShouldBe("work");
        sent.TryGetProperty("rotation_time", out _).ShouldBeFalse();
        network.Request.Header("Idempotency-Key").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task An_official_deployment_is_read_whole()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"GET /api/deployments/{DeploymentSample.Address}", DeploymentSample.Official(strategy: "INFINITE", more: ",\"rotation_time\":20"));
        using var client = network.OfficialClient();

        var read = await client.Deployments.GetAsync(DeploymentSample.Address, Cancellation);

        (read.Name, read.Market, read.Replicas, read.ActiveJobs, read.ActiveRevision).ShouldBe(("web", "gpu", 2, 1, 3));
        (read.Status, read.Strategy).ShouldBe((DeploymentStatus.Running, DeploymentStrategy.Infinite));
        (read.Timeout, read.RotationTime).ShouldBe((TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(20)));
        read.Endpoints.ShouldHaveSingleItem().Url.ShouldBe("https://x.example.com");
        (read.Spent, read.MaxJobs, read.NextRetryAt).ShouldBe((null, null, null), "an official network does not say");
    }

    [Fact]
    public async Task A_list_is_filtered_and_read_in_pages_in_both_directions()
    {
        await using var network = await TestNetwork.StartAsync();
        const string Route = "GET /api/deployments?search=a%20b&status=RUNNING%2CINSUFFICIENT_FUNDS&sort_order=asc&limit=10";
        network.Answer(Route, DeploymentSample.Page("deployments", DeploymentSample.Official("one"), next: "N", total: 2));
        network.Answer($"{Route}&cursor=N", DeploymentSample.Page("deployments", DeploymentSample.Official("two"), previous: "P", total: 2));
        network.Answer($"{Route}&cursor=P", DeploymentSample.Page("deployments", DeploymentSample.Official("one"), next: "N", total: 2));
        using var client = network.Client();
        var list = client.Deployments.ListAsync(new DeploymentFilter { Search = "a b", Statuses = [DeploymentStatus.Running, DeploymentStatus.InsufficientFunds], OldestFirst = true, PageSize = 10 });

        (await list.Select(d => d.Name).ToListAsync(Cancellation)).ShouldBe(["one", "two"]);
        var last = await list.PageAsync("N", Cancellation);
        (last.TotalItems, last.NextCursor, last.PreviousCursor).ShouldBe((2, null, "P"));
        var first = await list.PageAsync(last.PreviousCursor, Cancellation);
        first.Items.ShouldHaveSingleItem().Name.ShouldBe("one");
        first.PreviousCursor.ShouldBeNull();
    }

    [Fact]
    public async Task A_list_that_gives_one_page_again_and_again_is_cut()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments", DeploymentSample.Page("deployments", DeploymentSample.Official(), next: "N"));
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(async () => await client.Deployments.ListAsync().CountAsync(Cancellation))).Message.ShouldContain("same page twice");
    }

    [Fact]
    public async Task An_answer_without_a_list_is_not_taken_for_an_empty_one()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments", "[]");
        using var client = network.Client();
        await Should.ThrowAsync<NosanaException>(async () => await client.Deployments.ListAsync().CountAsync(Cancellation));
    }
}
