using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class RunFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-files-").FullName;
    private readonly RunState _state = new()
    {
        Assignment = new Assignment
        {
            Run = RunAddress.From(Some.Bytes()),
            Epoch = 3,
            Job = JobAddress.From(Some.Bytes()),
            Project = AccountAddress.From(Some.Bytes()),
            Market = MarketAddress.From(Some.Bytes()),
            Definition = new Cid(Some.Bytes()),
            TimeoutSeconds = 60,
        },
        Deadline = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void State_definition_and_outcome_come_back_as_they_were()
    {
        using var store = RunStore.Open(_directory);
        var files = store.Files(_state.Assignment.Run, 3);
        var definition = RunScene.Job(RunScene.Run("a", "true"));
        files.Prepare();
        files.Begin(_state, definition.ToUtf8Bytes());
        store.ReadAll().ShouldHaveSingleItem().ShouldBe(_state);
        files.ReadDefinition().ShouldBe(definition);
        files.ReadOutcome(_state).ShouldBeNull();

        var result = new JobResult
        {
            Status = ResultStatus.Failed,
            StartTime = DateTimeOffset.UnixEpoch,
            Operations = [OperationResults.NotBegun(new PlannedOperation(0, definition.Ops[0], "a"))],
        };
        files.Save(_state, new RunOutcome(EndReason.OutOfMemory, DateTimeOffset.UnixEpoch, result));
        var outcome = files.ReadOutcome(files.ReadState()!)!;
        (outcome.Reason, outcome.ContainersEndedAt, outcome.Result.Status).ShouldBe(
            (EndReason.OutOfMemory, DateTimeOffset.UnixEpoch, ResultStatus.Failed));
    }

    [Fact]
    public void A_run_of_which_the_beginning_was_not_finished_is_no_run_and_is_cleared_away()
    {
        using var store = RunStore.Open(_directory);
        store.Files(_state.Assignment.Run, 1).Prepare();
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "broken")).FullName, "state.json"), "{\"assignment\":");
        store.ReadAll().ShouldBeEmpty();
        Directory.GetDirectories(_directory).ShouldBeEmpty();
    }

    [Fact]
    public void Only_its_owner_can_look_into_it()
    {
        var directory = Path.Combine(_directory, "runs");
        RunStore.Open(directory).Dispose();
        File.GetUnixFileMode(directory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
