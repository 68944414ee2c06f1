using System.Globalization;
using Nosnet.Node;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class DemoTests(EngineFixture engine)
{
    [Fact]
    public async Task The_demo_shows_a_first_job_from_its_definition_to_its_bill()
    {
        await using var demo = await NosnetProcess.RunAsync(["demo", "--exit"]);

        demo.ExitCode.ShouldBe(0, demo.Output);
        var steps = demo.Output.Split('\n').Where(l => l.Length > 11).Select(l => (Name: l[..11].Trim(), Text: l[11..])).ToList();
        var states = steps.Select(s => s.Name).Where(n => n is "pending" or "running" or "completed").Distinct();
        states.ShouldBe(["pending", "running", "completed"]);
        steps.Single(s => s.Name == "job").Text.Split(',')[0].Length.ShouldBeInRange(32, 44);
        steps.Single(s => s.Name == "log").Text.ShouldStartWith("Hello from a container of Nosnet");
        steps.Single(s => s.Name == "result").Text.ShouldStartWith("Qm");
        var amounts = steps.Single(s => s.Name == "cost").Text.Split(' ').Where(w => w.StartsWith('$')).Select(w => decimal.Parse(w[1..], CultureInfo.InvariantCulture)).ToList();
        amounts[0].ShouldBeGreaterThan(0);
        amounts[0].ShouldBeLessThan(amounts[1]);
    }

    [Fact]
    public async Task A_demo_that_is_interrupted_while_its_job_runs_leaves_nothing_behind()
    {
        await using var demo = NosnetProcess.Start(["demo"], new Dictionary<string, string> { ["DOCKER_HOST"] = engine.DockerHost });
        var running = await demo.LineAsync("its container runs on node");
        await demo.StopAsync();

        var node = Labels.Of(NodeAddress.Parse(running.Split(' ')[^1]));
        foreach (var kind in Enum.GetValues<EngineObjectKind>())
            (await engine.Engine.ListAsync(kind, node, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }
}
