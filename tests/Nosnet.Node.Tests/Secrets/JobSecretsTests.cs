using System.Text;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class JobSecretsTests(PodmanFixture podman)
{
    private static readonly Dictionary<string, string> Secrets = new() { ["TOKEN"] = "hunter22-and-more", ["JSON"] = """{ "b": 1,  "a": "leaf-of-json" }""" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_gets_a_secret_as_it_is_and_no_log_result_or_error_shows_it()
    {
        var definition = Job(
            Run("env", "echo token $TOKEN; echo $TOKEN >&2; printf %s \"$JSON\" | wc -c") with
            {
                Env = new() { ["TOKEN"] = "%%secrets.TOKEN%%", ["JSON"] = "%%secrets.JSON%%" },
                Results = new() { ["found"] = new ResultRule("token (.*)") },
            },
            Run("words", ["printf", "%s", "%%secrets.JSON%%"]),
            Run("wrong", ["/no-such-%%secrets.TOKEN%%"]));
        await using var scene = new RunScene(podman, definition, secrets: Secrets);
        var outcome = await scene.ExecuteAsync();
        (await scene.LinesAsync(LogKind.Stdout, "env")).ShouldBe(["token ***", Secrets["JSON"].Length.ToString(System.Globalization.CultureInfo.InvariantCulture)], ignoreOrder: true);
        (await scene.LinesAsync(LogKind.Stderr, "env")).ShouldBe(["***"]);
        (await scene.LinesAsync(LogKind.Stdout, "words")).ShouldBe(["***"]);
        outcome.Result.Operations[0].Results!["found"].Groups.ShouldBe(["token ***", "***"]);
        outcome.Result.Operations[2].Errors.ShouldHaveSingleItem().Message.ShouldContain("no-such-***");
        Encoding.UTF8.GetString(outcome.Result.ToUtf8Bytes()).ShouldNotContain("hunter22");
        Encoding.UTF8.GetString(scene.Execution.Snapshot().ToUtf8Bytes()).ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task A_secret_that_there_is_not_fails_the_operation_by_its_name()
    {
        await using var scene = new RunScene(podman, Job(Run("main", "echo %%secrets.GONE%%")), secrets: Secrets);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations[0].Errors.ShouldHaveSingleItem().Message.ShouldContain("%%secrets.GONE%%");
    }

    [Fact]
    public void After_a_restart_the_values_are_those_of_before_and_newer_ones_are_masked_too()
    {
        var directory = Directory.CreateTempSubdirectory("nosnet-sealed-").FullName;
        try
        {
            var files = new RunFiles(directory);
            var key = Convert.ToBase64String(Some.Bytes().ToArray());
            JobSecrets.Of(new RunSecrets { Values = new Dictionary<string, string> { ["A"] = "first value" }, SealingKey = key }, files);
            foreach (var file in Directory.GetFiles(directory))
                Encoding.UTF8.GetString(File.ReadAllBytes(file)).ShouldNotContain("first value");

            var again = JobSecrets.Of(new RunSecrets { Values = new Dictionary<string, string> { ["A"] = "second value" }, SealingKey = key }, files);
            again.Find("A").ShouldBe("first value");
            again.Mask.Apply("first value, second value").ShouldBe("***, ***");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
