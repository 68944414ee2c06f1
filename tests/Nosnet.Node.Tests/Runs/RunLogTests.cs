using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;
using Nosnet.Server.Tests;

namespace Nosnet.Node.Tests;

public sealed class RunLogTests : IDisposable
{
    private static readonly PlannedOperation Operation = new(3, new ContainerRun("op") { Image = "x" }, "op");
    private readonly string _path = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Entries_are_numbered_from_one_and_keep_what_they_say()
    {
        using var log = RunLog.Open(_path, _time);
        log.Append(LogKind.Progress, "Pulling x", "op", 10, 100);
        log.Append(Operation, OutputStream.Error, [new OutputLine("words with \"quotes\" and \u0007", 20)], null);
        var entries = await ReadAsync(log, 0);
        entries[0].ShouldBe(
            new LogEntry { Id = 1, OpId = "op", Kind = LogKind.Progress, Message = "Pulling x", Current = 10, Total = 100, Timestamp = _time.GetUtcNow() });
        entries[1].ShouldBe(
            new LogEntry { Id = 2, OpId = "op", Kind = LogKind.Stderr, Message = "words with \"quotes\" and \u0007", Timestamp = _time.GetUtcNow() });
        log.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task It_can_be_read_from_any_entry_on(long after)
    {
        using var log = RunLog.Open(_path, _time);
        Fill(log, 1000);
        (await ReadAsync(log, after)).Select(entry => entry.Id).ShouldBe(
            Enumerable.Range(1, 1000).Select(id => (long)id).Where(id => id > after));
    }

    [Fact]
    public async Task Readers_that_follow_get_every_entry_once_and_end_with_the_log()
    {
        using var log = RunLog.Open(_path, _time);
        Task<List<LogEntry>>[] readers = [.. Enumerable.Range(0, 4).Select(after => Task.Run(() => ReadAsync(log, after, follow: true)))];
        for (var i = 0; i < 50; i++)
        {
            Fill(log, 20);
            await Task.Yield();
        }
        log.Complete();
        for (var after = 0; after < readers.Length; after++)
            (await readers[after]).Select(entry => entry.Id).ShouldBe(Enumerable.Range(after + 1, 1000 - after).Select(id => (long)id));
    }

    [Fact]
    public async Task An_entry_reaches_a_reader_that_waits_for_it()
    {
        using var log = RunLog.Open(_path, _time);
        await using var reader = log.ReadAsync(0, follow: true, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = reader.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();
        log.Append(LogKind.Info, "now");
        (await next).ShouldBeTrue();
        reader.Current.Message.ShouldBe("now");
    }

    [Fact]
    public async Task What_was_appended_is_there_when_it_is_opened_again()
    {
        using (var log = RunLog.Open(_path, _time))
        {
            log.Append(Operation, OutputStream.Out, [new OutputLine("one", 4), new OutputLine("two", 8)], null);
            log.Append(Operation, OutputStream.Error, [new OutputLine("bad", 4)], null);
        }
        using var again = RunLog.Open(_path, _time);
        again.Position(3, OutputStream.Out).ShouldBe(8);
        again.Position(3, OutputStream.Error).ShouldBe(4);
        again.Position(4, OutputStream.Out).ShouldBe(0);
        again.OutputCost.ShouldBe(3 * (3 + RunLogIndex.LineCost));
        again.Append(LogKind.Info, "and on");
        (await ReadAsync(again, 0)).Select(entry => (entry.Id, entry.Message)).ShouldBe(
            [(1, "one"), (2, "two"), (3, "bad"), (4, "and on")]);
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_cut_off()
    {
        using (var log = RunLog.Open(_path, _time))
            Fill(log, 10);
        var whole = await File.ReadAllBytesAsync(_path, Cancelled);
        await Gen.Int[0, whole.Length].SampleAsync(async length =>
        {
            var path = Path.GetTempFileName();
            await File.WriteAllBytesAsync(path, whole[..length]);
            using var log = RunLog.Open(path, _time);
            log.Append(LogKind.Info, "after");
            var entries = await ReadAsync(log, 0);
            File.Delete(path);
            return entries.Select(entry => entry.Id).SequenceEqual(Enumerable.Range(1, entries.Count).Select(id => (long)id))
                && entries[^1].Message == "after" && entries.SkipLast(1).All(entry => entry.Message == $"line {entry.Id}");
        }, iter: 100);
    }

    [Fact]
    public async Task A_reader_that_is_at_it_comes_to_its_end_when_the_log_is_closed()
    {
        var log = RunLog.Open(_path, _time);
        Fill(log, 1000);
        await using var reader = log.ReadAsync(0, follow: true, Cancelled).GetAsyncEnumerator(Cancelled);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        log.Dispose();
        var read = 1;
        while (await reader.MoveNextAsync())
            read++;
        read.ShouldBe(1000);
        Should.Throw<ObjectDisposedException>(() => log.Append(LogKind.Info, "too late"));
    }

    [Fact]
    public async Task What_the_node_quotes_at_length_is_cut()
    {
        using var log = RunLog.Open(_path, _time);
        log.Append(LogKind.Error, new string('x', 100_000));
        (await ReadAsync(log, 0)).ShouldHaveSingleItem().Message.Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task The_longest_line_of_the_worst_characters_is_read_again()
    {
        var worst = new string('\u0001', LineSplitter.DefaultMaxLine);
        using (var log = RunLog.Open(_path, _time))
            log.Append(Operation, OutputStream.Out, [new OutputLine(worst, 1), new OutputLine("after", 2)], null);
        using var again = RunLog.Open(_path, _time);
        (await ReadAsync(again, 0)).Select(entry => entry.Message).ShouldBe([worst, "after"]);
    }

    [Fact]
    public async Task Lines_for_which_there_is_no_room_on_disk_are_lost_and_once_there_is_the_log_says_how_many()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To mount a small disk takes root.");
        using var disk = SmallDisk.Create(megabytes: 1);
        var path = Path.Combine(disk.Path, "log");
        using (var log = RunLog.Open(path, _time))
        {
            log.Append(Operation, OutputStream.Out, [new OutputLine("before", 7)], null);
            disk.Fill();
            // A part of the first still has room in what the file has of the disk.
            for (var i = 0; i < 3; i++)
                log.Append(Operation, OutputStream.Out, [new OutputLine(new string('x', 5000), 5008), new OutputLine("lost", 5013)], null);
            log.Count.ShouldBe(1);
            log.Position(3, OutputStream.Out).ShouldBe(7);
            new FileInfo(path).Length.ShouldBeLessThan(1000, "what is half written could be taken for an entry after a crash");

            disk.MakeRoom();
            log.Append(Operation, OutputStream.Out, [new OutputLine("after", 5019)], null);
            log.Append(LogKind.Info, "and on");
        }
        using var again = RunLog.Open(path, _time);
        (await ReadAsync(again, 0)).Select(entry => (entry.Id, entry.Kind, entry.Message)).ShouldBe(
            [(1, LogKind.Stdout, "before"), (2, LogKind.Error, "Lines are missing here that the node could not write to its disk: 6"), (3, LogKind.Stdout, "after"), (4, LogKind.Info, "and on")]);
        again.Position(3, OutputStream.Out).ShouldBe(5019);
    }

    [Fact]
    public async Task A_log_on_a_full_disk_comes_to_its_end_and_says_there_what_it_lost()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To mount a small disk takes root.");
        using var disk = SmallDisk.Create(megabytes: 1);
        using var log = RunLog.Open(Path.Combine(disk.Path, "log"), _time);
        log.Append(LogKind.Info, "before");
        var following = ReadAsync(log, 0, follow: true);
        disk.Fill();
        log.Append(LogKind.Error, new string('x', 5000));
        disk.MakeRoom();
        log.Complete();
        (await following).Select(entry => entry.Message).ShouldBe(["before", "Lines are missing here that the node could not write to its disk: 1"]);
    }

    private static void Fill(RunLog log, int entries)
    {
        for (var i = 0; i < entries; i++)
            log.Append(LogKind.Info, $"line {log.Count + 1}");
    }

    private static async Task<List<LogEntry>> ReadAsync(RunLog log, long after, bool follow = false)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in log.ReadAsync(after, follow, Cancelled))
            entries.Add(entry);
        return entries;
    }
}
