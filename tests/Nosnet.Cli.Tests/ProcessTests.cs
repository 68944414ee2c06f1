using System.Diagnostics;
using System.Text;

namespace Nosnet.Cli.Tests;

/// <summary>The program as scripts meet it.</summary>
public sealed class ProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Data_goes_to_standard_output_and_talk_to_standard_error()
    {
        await using var network = await JobPostTests.NetworkAsync();
        using var process = Start([.. Cli.At(network, "job", "post", "--image", "busybox", "--market", "gpu", "--", "echo", "hi")]);
        var (output, error) = await EndAsync(process);
        output.ShouldBe($"{Sample.Job}\n");
        error.ShouldBe($"Posted {Sample.Job}; reserved $0.048.\n");
        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_mistake_in_typing_ends_with_2_and_without_a_stack_trace()
    {
        using var process = Start("job", "get");
        var (output, error) = await EndAsync(process);
        output.ShouldBeEmpty();
        error.ShouldBe("nosnet: Required argument 'job' missing for command: 'get'. See 'nosnet job get --help'.\n");
        process.ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Interrupting_a_wait_leaves_the_job_and_says_how_to_go_on()
    {
        await using var network = await JobPostTests.NetworkAsync();
        var waiting = new TaskCompletionSource();
        network.Answer($"GET /api/jobs/{Sample.Job}/logs", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Sample.Event("status", Sample.Progress("pending", 1))));
            await context.Response.Body.FlushAsync();
            waiting.TrySetResult();
            await TestNetwork.NeverAsync(context);
        });
        using var process = Start([.. Cli.At(network, "job", "post", "--image", "busybox", "--market", "gpu", "--wait")]);
        await waiting.Task.WaitAsync(Cancellation);
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync(Cancellation);
        var (_, error) = await EndAsync(process);
        error.ShouldContain($"The job goes on. To go on watching: nosnet job logs {Sample.Job} – to end it: nosnet job stop {Sample.Job}\n");
        process.ExitCode.ShouldBe(130);
        network.Requests.Select(r => r.Line).ShouldNotContain($"POST /api/jobs/{Sample.Job}/stop");
    }

    private static Process Start(params string[] args)
    {
        // Whoever runs the tests in the background has them ignore SIGINT, and what they start would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "nosnet.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("NOSNET_URL");
        start.Environment.Remove("NOSANA_API_KEY");
        return Process.Start(start)!;
    }

    private static async Task<(string Output, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (await output, await error);
    }
}
