using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class ResultComposerTests : IDisposable
{
    private static readonly PlannedOperation First = new(0, new ContainerRun("a") { Image = "x" }, "a");
    private static readonly PlannedOperation Second = new(1, new ContainerRun("b") { Image = "x" }, "b");
    private readonly string _path = Path.GetTempFileName();
    private readonly RunLog _log;

    public ResultComposerTests() => _log = RunLog.Open(_path, TimeProvider.System);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static JobResult Summary => new()
    {
        Status = ResultStatus.Success,
        StartTime = DateTimeOffset.UnixEpoch,
        Operations = [OperationResults.NotBegun(First), OperationResults.NotBegun(Second)],
    };

    public void Dispose()
    {
        _log.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Each_operation_gets_its_own_lines_in_order_and_its_errors_of_the_node()
    {
        _log.Append(First, OutputStream.Out, [new("1", 2), new("2", 4)], null);
        _log.Append(Second, OutputStream.Error, [new("x", 2)], null);
        _log.Append(LogKind.Info, "Started b", "b");
        _log.Append(LogKind.Error, "went wrong", "b");
        _log.Append(LogKind.Error, "of the job as a whole");
        var result = await ResultComposer.ComposeAsync(Summary, _log, Cancelled);
        result.Operations[0].Logs.Select(log => (log.Type, log.Log)).ShouldBe([(LogSource.StdOut, "1"), (LogSource.StdOut, "2")]);
        result.Operations[1].Logs.Select(log => (log.Type, log.Log)).ShouldBe([(LogSource.StdErr, "x"), (LogSource.NodeErr, "went wrong")]);
    }

    [Fact]
    public async Task What_does_not_fit_is_left_out_from_the_front_and_that_is_said()
    {
        for (var i = 0; i < 1000; i++)
            _log.Append(First, OutputStream.Out, [new($"line {i} with \"quotes\" 🙂\u0001", i)], null);
        const long budget = 20_000;
        var result = await ResultComposer.ComposeAsync(Summary, _log, Cancelled, budget);
        var logs = result.Operations[0].Logs;
        logs[0].Type.ShouldBe(LogSource.NodeErr);
        logs[0].Log!.ShouldContain($"first {1000 - (logs.Count - 1)} lines");
        logs[^1].Log!.ShouldStartWith("line 999");
        result.ToUtf8Bytes().Length.ShouldBeInRange((int)budget / 2, (int)budget + 2000);
    }
}
