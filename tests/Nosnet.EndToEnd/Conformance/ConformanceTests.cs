using System.Text.Json;
using System.Text.Json.Nodes;
using Nosnet.Client;

namespace Nosnet.EndToEnd;

public sealed class ConformanceTests(ConformanceNetwork network) : IClassFixture<ConformanceNetwork>
{
    public static TheoryData<string> Definitions => [.. ConformanceNetwork.Names];

    [Theory]
    [MemberData(nameof(Definitions))]
    public async Task A_definition_comes_to_the_end_that_is_written_beside_it(string name)
    {
        var test = ConformanceNetwork.Case(name);
        var expected = test["expect"]!.AsObject();
        if (expected["refused"] is { } words)
        {
            var refusal = await Should.ThrowAsync<NosanaException>(() => network.JobAsync(name));
            refusal.Message.ShouldContain(words.GetValue<string>());
            return;
        }

        var handle = await network.JobAsync(name);
        if (expected["waits"] is { } lack)
        {
            var waiting = await LiveNetwork.UntilAsync(handle, j => j.Queue is not null);
            (waiting.Queue!.FittingNodes, waiting.Queue.Note).ShouldSatisfyAllConditions(q => q.FittingNodes.ShouldBe(0), q => q.Note!.ShouldContain(lack.GetValue<string>()));
            return;
        }

        var job = await ConformanceNetwork.EndAsync(handle);
        var document = await network.Client.Ipfs.ReadJsonAsync(job.ResultCid!.Value, TestContext.Current.CancellationToken);
        var shown = $"{test["about"]}\n{document}";
        job.Json.GetProperty("status").GetString().ShouldBe(Text(expected["status"]), shown);
        job.Json.GetProperty("endReason").GetString().ShouldBe(Text(expected["reason"]), shown);
        var states = document.GetProperty("opStates").EnumerateArray().ToDictionary(state => state.GetProperty("operationId").GetString()!);
        var operations = expected["ops"]!.AsObject();
        states.Keys.Order(StringComparer.Ordinal).ShouldBe(operations.Select(operation => operation.Key).Order(StringComparer.Ordinal), shown);
        foreach (var (id, wanted) in operations)
            Compare(job, states[id], wanted!.AsObject(), shown);
    }

    private static void Compare(Job job, JsonElement state, JsonObject wanted, string shown)
    {
        foreach (var (field, value) in wanted)
        {
            switch (field)
            {
                case "status" or "group":
                    state.GetProperty(field).GetString().ShouldBe(Text(value), shown);
                    break;
                case "exitCode":
                    state.GetProperty(field).GetRawText().ShouldBe(value?.ToJsonString() ?? "null", shown);
                    break;
                case "stdout" or "stderr":
                    Lines(state, field).ShouldBe(value!.AsArray().Select(line => Filled(job, Text(line)!)), shown);
                    break;
                case "results":
                    JsonNode.DeepEquals(JsonNode.Parse(state.GetProperty(field).GetRawText()), value).ShouldBeTrue(shown);
                    break;
                case "reason":
                    state.GetProperty("diagnostics").GetProperty("reason").GetProperty("reason").GetString()!.ShouldContain(Text(value)!, customMessage: shown);
                    break;
                case "restarts":
                    state.GetProperty("diagnostics").GetProperty("state").GetProperty("RestartCount").GetInt32().ShouldBe(value!.GetValue<int>(), shown);
                    break;
                case "error":
                    state.GetProperty("errors").EnumerateArray().Single().GetProperty("message").GetString()!.ShouldContain(Text(value)!, customMessage: shown);
                    break;
                default:
                    throw new InvalidDataException($"An expectation has the field {field}, which no test looks at.");
            }
        }
    }

    private static IEnumerable<string> Lines(JsonElement state, string type) =>
        state.GetProperty("logs").EnumerateArray().Where(log => log.GetProperty("type").GetString() == type).Select(log => log.GetProperty("log").GetString()!);

    private static string Filled(Job job, string text) => text
        .Replace("{job}", job.Address.ToString(), StringComparison.Ordinal)
        .Replace("{node}", job.Node?.ToString(), StringComparison.Ordinal);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
