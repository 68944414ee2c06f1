using Nosnet.Node;

namespace Nosnet.EndToEnd;

/// <summary>A node that is killed exactly between two of its steps. What it had asked for and not heard of is done, late, all the same.</summary>
public sealed class NodeStepTests(NodeStepFixture steps) : IClassFixture<NodeStepFixture>
{
    [Theory]
    [InlineData("/start", false, "it had made its first container, and not asked to start it")]
    [InlineData("/start", true, "it had the word to start, and did not hear it")]
    [InlineData("pinning/", false, "everything had ended, and the result was not pinned")]
    [InlineData("/finish", false, "the result was pinned, and the end not told")]
    [InlineData("/finish", true, "the end was told, and not heard to have been")]
    public async Task A_node_that_is_killed_while_it_talks_to_its_server_ends_the_job_well(string path, bool answered, string moment) =>
        await EndsWellAsync(steps.Server.Hold("POST", path, answered), moment);

    [Theory]
    [InlineData("POST", "/networks/create", true, "the network was made")]
    [InlineData("POST", "/volumes/create", true, "the volume was made")]
    [InlineData("POST", "/containers/create", false, "the container was asked for, and is made late")]
    [InlineData("POST", "/containers/create", true, "the container was made")]
    [InlineData("POST", "/start", true, "the container was started, and ran to its end")]
    [InlineData("DELETE", "/containers/", true, "the first container was removed, and the rest was not")]
    public async Task A_node_that_is_killed_while_it_talks_to_its_engine_ends_the_job_well(string method, string path, bool answered, string moment) =>
        await EndsWellAsync(steps.Engine.Hold(method, path, answered), moment);

    [Theory]
    [InlineData("/networks/create", EngineObjectKind.Network)]
    [InlineData("/volumes/create", EngineObjectKind.Volume)]
    [InlineData("/containers/create", EngineObjectKind.Container)]
    public async Task What_the_engine_makes_late_for_a_node_that_was_killed_does_not_stand_in_the_way_of_the_next(string path, EngineObjectKind kind)
    {
        using var late = steps.Engine.Hold("POST", path, answer: false);
        var job = await steps.PostAsync();
        await late.ReachedAsync();
        await steps.Node.KillAsync();
        using var next = steps.Engine.Hold("POST", path, answer: false);
        var starting = steps.StartNodeAsync();
        await next.ReachedAsync();
        late.Release();
        await steps.UntilMadeAsync(kind);
        next.Release();
        await starting;
        await steps.ShouldEndWellAsync(job, "what the first had asked for came between");
    }

    private async Task EndsWellAsync(Held step, string moment)
    {
        using var held = step;
        var job = await steps.PostAsync();
        await held.ReachedAsync();
        await steps.Node.KillAsync();
        await steps.StartNodeAsync();
        held.Release();
        await steps.ShouldEndWellAsync(job, moment);
    }
}
