namespace Nosnet.Cli.Tests;

public sealed class SecretCommandsTests
{
    private const string View = """{"name":"TOKEN","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","lastUsedAt":null}""";

    [Theory]
    [InlineData("hunter22\n", """{"value":"hunter22"}""")]
    [InlineData("hunter22\r\n", """{"value":"hunter22"}""")]
    [InlineData("two\nlines\n\n", """{"value":"two\nlines\n"}""")]
    public async Task A_value_comes_from_standard_input_without_its_last_line_break(string input, string body)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PUT /api/secrets/TOKEN", View);
        var run = await Cli.RunAsync(input, [.. Cli.At(network, "secret", "set", "TOKEN")]);
        run.Code.ShouldBe(ExitCodes.Ok);
        network.Request.Body.ShouldBe(body);
        (run.Out + run.Error).ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task A_list_shows_names_and_times()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/secrets", $"[{View}]");
        (await Cli.RunAsync(network, "secret", "list")).Out.ShouldContain("TOKEN");
    }

    [Fact]
    public async Task A_warning_of_the_network_is_told_when_a_job_is_posted()
    {
        await using var network = await TestNetwork.StartAsync();
        network.AnswerPins();
        network.Answer("POST /api/jobs/list", $$"""{"job":"{{Sample.Job}}","tx":"t","warnings":["Keep it as a secret."]}""");
        var run = await Cli.RunAsync(network, "job", "post", "--market", "gpu", "--image", "busybox", "--", "true");
        run.Error.ShouldContain("Warning: Keep it as a secret.");
    }
}
