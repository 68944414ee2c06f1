using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class ApplyTests
{
    private const string Done = """{"updated_at":"2026-01-01T00:00:00.000Z","active_revision":4}""";
    private static readonly string Path = $"/api/deployments/{DeploymentSample.Address}";

    private static readonly CreateDeployment Wanted = new("web", "gpu", DeploymentSample.Parsed) { Replicas = 2, Timeout = TimeSpan.FromMinutes(90), Autostart = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_there_is_made()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", "", total: 0));
        network.Answer("POST /api/deployments/create", DeploymentSample.Official());
        using var client = network.Client();
        var applied = await client.Deployments.ApplyAsync(Wanted, Cancellation);
        applied.IsNew.ShouldBeTrue();
        network.Requests[^1].Line.ShouldBe("POST /api/deployments/create");
    }

    [Fact]
    public async Task What_is_as_wanted_is_left_alone()
    {
        await using var network = await FoundAsync(DeploymentSample.Official());
        using var client = network.Client();
        var applied = await client.Deployments.ApplyAsync(Wanted, Cancellation);
        (applied.IsNew, applied.Changes.Count).ShouldBe((false, 0));
        network.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact]
    public async Task Only_what_differs_is_changed_and_each_change_is_named()
    {
        await using var network = await FoundAsync(DeploymentSample.Official(status: "STOPPED"));
        foreach (var what in (string[])["PATCH update-replica-count", "PATCH update-timeout", "PATCH update-budget", "POST create-revision", "POST start"])
            network.Answer(what.Replace(" ", $" {Path}/", StringComparison.Ordinal), Done);
        using var client = network.Client();
        var other = DeploymentSample.Parsed with { Ops = [new ContainerRun("work") { Image = "alpine", Cmd = "sleep 1" }] };

        var applied = await client.Deployments.ApplyAsync(Wanted with { Definition = other, Replicas = 5, Timeout = TimeSpan.FromHours(2), MaxJobs = 9 }, Cancellation);

        applied.Changes.ShouldBe(["timeout 120 min", "limits", "a new revision", "replicas 5", "started"]);
        network.Requests.Where(r => r.Method != "GET").Select(r => r.Target[(Path.Length + 1)..]).ShouldBe(["update-timeout", "update-budget", "create-revision", "update-replica-count", "start"]);
    }

    [Theory]
    [InlineData("INFINITE", ",\"rotation_time\":20,\"startup_timeout\":5", "startup timeout", "update-startup-timeout", """{"startup_timeout":0}""")]
    [InlineData("SIMPLE", ",\"budget\":5,\"max_jobs\":9", "limits", "update-budget", "{}")]
    [InlineData("SCHEDULED", ",\"schedule\":\"0 9 * * *\",\"time_zone\":\"Europe/Berlin\"", "schedule 0 9 * * *", "update-schedule", """{"schedule":"0 9 * * *","time_zone":"UTC"}""")]
    public async Task What_is_not_said_is_what_it_is_by_default(string strategy, string more, string change, string route, string sent)
    {
        await using var network = await FoundAsync(DeploymentSample.Official(strategy: strategy, more: more));
        network.Answer($"PATCH {Path}/{route}", Done);
        using var client = network.Client();
        var wanted = Wanted with { Strategy = Enum.Parse<DeploymentStrategy>(strategy, ignoreCase: true), Schedule = strategy == "SCHEDULED" ? "0 9 * * *" : null };

        (await client.Deployments.ApplyAsync(wanted, Cancellation)).Changes.ShouldBe([change]);

        network.Requests.Single(r => r.Method != "GET").Body.ShouldBe(sent);
    }

    [Theory]
    [InlineData("INFINITE", "", "strategy")]
    [InlineData("SIMPLE", ",\"confidential\":true", "confidentiality")]
    [InlineData("SIMPLE", ",\"vault\":\"7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq\"", "vault")]
    public async Task What_cannot_be_changed_is_refused_before_anything_is(string strategy, string more, string what)
    {
        await using var network = await FoundAsync(DeploymentSample.Official(strategy: strategy, more: more));
        using var client = network.Client();
        var refused = await Should.ThrowAsync<NosanaException>(() => client.Deployments.ApplyAsync(Wanted with { Replicas = 7, Vault = AccountAddress.Parse(Sample.Account) }, Cancellation));
        refused.Message.ShouldStartWith($"The {what} of deployment 'web' cannot be changed.");
        network.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact]
    public async Task What_does_not_concern_the_strategy_makes_no_difference()
    {
        await using var network = await FoundAsync(DeploymentSample.Official());
        using var client = network.Client();
        (await client.Deployments.ApplyAsync(Wanted with { Schedule = "0 9 * * *", RotationTime = TimeSpan.FromMinutes(5) }, Cancellation)).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_several_have_is_refused_and_archived_ones_do_not_count()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", $"{DeploymentSample.Official(status: "ARCHIVED")},{DeploymentSample.Official()},{DeploymentSample.Official()}"));
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Deployments.ApplyAsync(Wanted, Cancellation))).Message.ShouldContain("Several deployments are named 'web'");
    }

    private static async Task<TestNetwork> FoundAsync(string deployment)
    {
        var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", deployment));
        network.Answer($"GET {Path}", deployment);
        network.Answer($"GET {Path}/revisions?limit=50", DeploymentSample.Revisions());
        return network;
    }
}
