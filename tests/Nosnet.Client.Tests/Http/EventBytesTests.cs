using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Client.Tests;

public sealed class EventBytesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("data: 12345678901234567890\n")]
    [InlineData("data: 1\ndata: 2\ndata: 3\n")]
    [InlineData(":               comment\n")]
    public async Task An_event_without_end_is_refused(string events)
    {
        await using var bytes = Bytes(events, maxEventBytes: 20);
        await Should.ThrowAsync<NosanaException>(() => bytes.CopyToAsync(Stream.Null, Cancellation));
    }

    [Theory]
    [InlineData("data: 1\n\n")]
    [InlineData("data: 1\r\n\r\n")]
    public async Task Events_without_end_are_not(string oneEvent)
    {
        await using var bytes = Bytes(string.Concat(Enumerable.Repeat(oneEvent, 1000)), maxEventBytes: 20);
        // A byte at a time, so that the end of an event falls anywhere.
        var buffer = new byte[1];
        var read = 0;
        while (await bytes.ReadAsync(buffer, Cancellation) > 0)
            read++;
        read.ShouldBe(1000 * oneEvent.Length);
    }

    [Fact]
    public async Task A_connection_over_which_nothing_comes_is_lost()
    {
        var clock = new FakeTimeProvider();
        await using var bytes = new EventBytes(new Pipe().Reader.AsStream(), 20, TimeSpan.FromSeconds(90), clock);
        var reading = bytes.ReadAsync(new byte[1], Cancellation).AsTask();
        clock.Advance(TimeSpan.FromSeconds(89));
        reading.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await Should.ThrowAsync<IOException>(() => reading)).Message.ShouldBe("Nothing was heard for 90 s.");
    }

    [Fact]
    public async Task Whoever_leaves_off_is_told_by_their_own_token()
    {
        using var cancel = new CancellationTokenSource();
        await using var bytes = new EventBytes(new Pipe().Reader.AsStream(), 20, TimeSpan.FromSeconds(90), new FakeTimeProvider());
        var reading = bytes.ReadAsync(new byte[1], cancel.Token).AsTask();
        await cancel.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => reading)).CancellationToken.ShouldBe(cancel.Token);
    }

    private static EventBytes Bytes(string events, long maxEventBytes) =>
        new(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(events)), maxEventBytes, TimeSpan.FromSeconds(90), TimeProvider.System);
}
