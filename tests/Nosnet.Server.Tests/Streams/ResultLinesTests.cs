using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ResultLinesTests
{
    [Fact]
    public void What_was_sent_and_what_follows_are_the_whole_log_of_every_stream()
    {
        // Lines of two operations and two streams; the reader got any number of each stream's first ones.
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1]).List[0, 40].Select(Gen.Int[0, 40]).Sample((lanes, sentCount) =>
        {
            var logs = lanes.Select((lane, i) => (Op: lane.Item1, Log: ResultLog.At(Results.Start.AddSeconds(i), lane.Item2 == 0 ? LogSource.StdOut : LogSource.StdErr, $"line {i}"))).ToList();
            var result = Results.Of("0", (string[])[]) with
            {
                Operations = [.. Enumerable.Range(0, 2).Select(op => new OperationResult { OperationId = $"{op}", Status = ResultStatus.Success, Logs = [.. logs.Where(l => l.Op == op).Select(l => l.Log)] })],
            };
            var sent = logs.Take(sentCount).ToList();
            var counts = sent.GroupBy(l => new LogLane($"{l.Op}", ResultLines.Kind(l.Log.Type))).ToDictionary(g => g.Key, g => g.Count());

            var rest = ResultLines.After(result, sent.Count, counts).ToList();
            sent.Select(l => l.Log.Log).Concat(rest.Select(e => e.Message)).ShouldBe(logs.Select(l => l.Log.Log));
            rest.Select(e => e.Id).ShouldBe(Enumerable.Range(sent.Count + 1, rest.Count).Select(i => (long)i));
        });
    }

    [Fact]
    public void A_line_whose_time_cannot_be_read_is_told_all_the_same()
    {
        var result = Results.Of("a", new ResultLog { Type = LogSource.StdOut, Log = "when?", Timestamp = "yesterday" });
        ResultLines.After(result, 0, sent: null).ShouldHaveSingleItem().Message.ShouldBe("when?");
    }
}
