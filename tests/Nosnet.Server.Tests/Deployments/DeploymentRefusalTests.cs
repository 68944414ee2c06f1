using System.Net;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class DeploymentRefusalTests
{
    [Theory]
    [InlineData("replicas", "0", "1 or more")]
    [InlineData("replicas", "1.5", "whole number")]
    [InlineData("replicas", "null", "'replicas' is missing")]
    [InlineData("replicas", "20000", "too many")]
    [InlineData("timeout", "0.5", "too short")]
    [InlineData("timeout", "90000", "too long for the market")]
    [InlineData("strategy", "\"FOREVER\"", "SIMPLE-EXTEND")]
    [InlineData("market", "\"\"", "slug of a market")]
    [InlineData("job_definition", "\"{}\"", "'job_definition' is missing")]
    [InlineData("job_definition", "{\"version\":\"0.1\",\"type\":\"container\",\"ops\":[{\"type\":\"container/run\",\"id\":\"a b\",\"args\":{}}]}", "not valid")]
    [InlineData("vault", "\"nobody\"", "no vault")]
    public async Task A_deployment_that_cannot_be_is_refused_with_a_sentence(string field, string value, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        var answer = await network.PostAsync("/api/deployments/create", DeploymentScene.Wish(more: (field, JsonElement.Parse(value))));
        ((int)answer.Status).ShouldBeInRange(400, 404, answer.Text);
        answer.Error.ShouldContain(says);
        (await network.GetAsync("/api/deployments")).Json.GetProperty("pagination").GetProperty("total_items").GetInt64().ShouldBe(0);
    }

    [Theory]
    [InlineData("a b c d e")]
    [InlineData("99 * * * *")]
    [InlineData("0 0 31 2 *")]
    [InlineData("* * * *")]
    public async Task A_schedule_that_cannot_be_read_or_never_comes_is_refused(string schedule)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/deployments/create", DeploymentScene.Wish("SCHEDULED", ("schedule", schedule)))).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidSchedule);
    }

    [Theory]
    [InlineData("cursor=abc")]
    [InlineData("limit=0")]
    [InlineData("sort_order=up")]
    [InlineData("created_after=yesterday")]
    public async Task A_page_that_cannot_be_is_refused(string query)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync($"/api/deployments?{query}")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Another_accounts_deployment_is_not_there()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        var (other, _) = await network.NewAccountAsync();
        foreach (var what in (string[])["", "/jobs", "/events", "/tasks", "/revisions", "/header", "/stream"])
            (await network.GetAsync($"/api/deployments/{id}{what}", other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.DeploymentNotFound);
        (await network.PostAsync($"/api/deployments/{id}/start", key: other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.DeploymentNotFound);
    }
}
