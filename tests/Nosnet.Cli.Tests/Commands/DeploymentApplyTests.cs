using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli.Tests;

public sealed class DeploymentApplyTests
{
    private const string Done = """{"updated_at":"2026-01-01T00:00:00.000Z","active_revision":4}""";
    private static readonly string Path = $"/api/deployments/{DeploymentSample.Address}";
    private static readonly string Address = DeploymentSample.Address.ToString();

    [Fact]
    public async Task What_a_file_describes_is_made_and_started()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", "", total: 0));
        network.Answer("POST /api/deployments/create", DeploymentSample.Official());
        using var file = File("\"replicas\":2,\"timeout\":\"1h30m\",\"budget\":2.5, // as people write it\n");

        var run = await Cli.RunAsync(network, "deployment", "apply", file.Path);

        (run.Code, run.Out, run.Error).ShouldBe((ExitCodes.Ok, Address + "\n", "Made web and started it.\n"));
        var sent = JsonElement.Parse(network.Requests[^1].Bytes);
        (sent.GetProperty("timeout").GetInt32(), sent.GetProperty("budget").GetDecimal(), sent.GetProperty("autostart").GetBoolean()).ShouldBe((90, 2.5m, true));
    }

    [Fact]
    public async Task Only_what_differs_is_changed_and_the_second_time_nothing_is()
    {
        await using var network = await TestNetwork.StartAsync();
        var before = DeploymentSample.Official();
        var after = before.Replace("\"replicas\":2", "\"replicas\":3", StringComparison.Ordinal);
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", before));
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", after));
        network.Answer($"GET {Path}", after);
        network.Answer($"GET {Path}/revisions", DeploymentSample.Revisions());
        network.Answer($"PATCH {Path}/update-replica-count", Done);
        using var file = File("\"replicas\":3,\"timeout\":90,");

        (await Cli.RunAsync(network, "deployment", "apply", file.Path)).Error.ShouldBe("Changed web: replicas 3.\n");
        network.Requests.Where(r => r.Method != "GET").ShouldHaveSingleItem().Body.ShouldBe("""{"replicas":3}""");

        var again = await Cli.RunAsync(network, "deployment", "apply", file.Path);
        (again.Code, again.Out, again.Error).ShouldBe((ExitCodes.Ok, Address + "\n", "web is as the file says.\n"));
        network.Requests.Count(r => r.Method != "GET").ShouldBe(1);
    }

    [Fact]
    public async Task A_definition_may_be_in_a_file_beside_it()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", "", total: 0));
        network.Answer("POST /api/deployments/create", DeploymentSample.Official());
        using var definition = new TestFile(DeploymentSample.Definition);
        using var file = new TestFile($$"""{"name":"web","market":"gpu","autostart":false,"job_definition":"{{System.IO.Path.GetFileName(definition.Path)}}"}""");

        (await Cli.RunAsync(network, "deployment", "apply", file.Path)).Code.ShouldBe(ExitCodes.Ok);

        var sent = JsonElement.Parse(network.Requests[^1].Bytes);
        sent.GetProperty("job_definition").GetProperty("ops")[0].GetProperty("id").GetString().ShouldBe("work");
        sent.GetProperty("autostart").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_changed_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments?name=web", DeploymentSample.Page("deployments", DeploymentSample.Official()));
        using var file = File("\"strategy\":\"INFINITE\",");
        var run = await Cli.RunAsync(network, "deployment", "apply", file.Path);
        (run.Code, run.Error).ShouldBe((ExitCodes.Error, "nosnet: The strategy of deployment 'web' cannot be changed. Give the file another name, or delete the deployment first.\n"));
        network.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Theory]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("{\n,", "it is not JSON from line 2 on")]
    [InlineData("""{"market":"gpu","job_definition":{}}""", "'name' is missing")]
    [InlineData("""{"name":"web","job_definition":{}}""", "'market' is missing")]
    [InlineData("""{"name":"web","market":"gpu"}""", "'job_definition' is missing")]
    [InlineData("""{"name":"web","market":"gpu","replica":2}""", "'replica' is no field of a deployment; they are name, market,")]
    [InlineData("""{"name":7}""", "'name' is a text")]
    public async Task A_file_that_describes_none_is_refused_before_anything_is_asked(string content, string says)
    {
        using var file = new TestFile(content);
        await RefusedAsync(file, $"{file.Path} describes no deployment: {says}");
    }

    [Theory]
    [InlineData("\"replicas\":-1,", "'replicas' is a whole number, 0 or more")]
    [InlineData("\"timeout\":\"soon\",", "'timeout' is a number of minutes, or a text such as 90m or 2h")]
    [InlineData("\"confidential\":\"yes\",", "'confidential' is true or false")]
    [InlineData("\"budget\":\"5\",", "'budget' is a number of USD with at most nine decimals")]
    [InlineData("\"vault\":\"mine\",", "'vault' is a vault's address")]
    [InlineData("\"strategy\":\"FOREVER\",", "'FOREVER' is no strategy; they are SIMPLE, SIMPLE-EXTEND, SCHEDULED and INFINITE")]
    [InlineData("\"schedule\":\"0 9 * * *\",", "'schedule' and 'time_zone' go with the strategy SCHEDULED")]
    [InlineData("\"rotation_time\":20,", "'rotation_time' and 'startup_timeout' go with the strategy INFINITE")]
    public async Task A_field_that_cannot_be_is_named(string field, string says)
    {
        using var file = File(field);
        await RefusedAsync(file, $"{file.Path} describes no deployment: {says}.");
    }

    [Fact]
    public async Task A_definition_that_cannot_run_is_refused_with_its_places()
    {
        using var file = new TestFile("""{"name":"web","market":"gpu","job_definition":{"version":"0.1","type":"container","ops":[]}}""");
        await RefusedAsync(file, "'job_definition' of ");
        using var lost = new TestFile("""{"name":"web","market":"gpu","job_definition":"nowhere.json"}""");
        await RefusedAsync(lost, "cannot be read");
    }

    private static async Task RefusedAsync(TestFile file, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        var run = await Cli.RunAsync(network, "deployment", "apply", file.Path);
        run.Code.ShouldBe(ExitCodes.Usage, run.Error);
        run.Error.ShouldContain(says);
        network.Requests.ShouldBeEmpty();
    }

    private static TestFile File(string fields) => new($$"""{ "name": "web", "market": "gpu", {{fields}} "job_definition": {{DeploymentSample.Definition}} }""");
}
