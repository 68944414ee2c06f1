using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Nosnet.Node.Tests;

public sealed class FrameReaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_frames_in_one_chunk_are_all_read()
    {
        var pieces = await ReadAsync([.. Frame(1, "one\n"), .. Frame(2, "two\n"), .. Frame(1, "three\n")], [1000]);
        pieces.ShouldBe([(OutputStream.Out, "one\n"), (OutputStream.Error, "two\n"), (OutputStream.Out, "three\n")]);
    }

    [Fact]
    public async Task Frames_of_any_size_cut_anywhere_are_put_together_again() =>
        await Gen.Select(Gen.Select(Gen.Bool, Gen.Byte.Array[0, 300]).Array[0, 20], Gen.Int[1, 400].Array[1, 10]).SampleAsync(async input =>
        {
            var (frames, chunks) = input;
            byte[] wire = [.. frames.SelectMany(frame => Frame(frame.Item1 ? 2 : 1, frame.Item2))];
            using MemoryStream first = new(), second = new();
            await using var reader = new FrameReader(new ChunkStream(wire, chunks), timestamps: false);
            while (await reader.ReadAsync(CancellationToken.None) is { } piece)
                (piece.Stream == OutputStream.Error ? second : first).Write(piece.Bytes.Span);
            return first.ToArray().SequenceEqual(frames.Where(frame => !frame.Item1).SelectMany(frame => frame.Item2))
                && second.ToArray().SequenceEqual(frames.Where(frame => frame.Item1).SelectMany(frame => frame.Item2));
        }, iter: 300);

    [Fact]
    public async Task A_frame_larger_than_any_buffer_comes_in_pieces_of_the_same_stream()
    {
        var long_ = new string('x', 1_000_000);
        var pieces = await ReadAsync([.. Frame(2, long_), .. Frame(1, "after")], [70_000]);
        pieces.Count.ShouldBeGreaterThan(2);
        pieces.SkipLast(1).ShouldAllBe(piece => piece.Stream == OutputStream.Error);
        string.Concat(pieces.SkipLast(1).Select(piece => piece.Text)).ShouldBe(long_);
        pieces[^1].ShouldBe((OutputStream.Out, "after"));
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.123456789Z")]
    [InlineData("2026-01-02T05:04:05.123456789+02:00")]
    public async Task The_time_of_a_line_is_taken_off_its_front(string time)
    {
        byte[] wire = Frame(1, $"{time} some words\n");
        await using var reader = new FrameReader(new ChunkStream(wire, [3]), timestamps: true);
        var text = "";
        while (await reader.ReadAsync(Cancelled) is { } piece)
        {
            text += Encoding.UTF8.GetString(piece.Bytes.Span);
            piece.Time!.Value.ToUnixTimeSeconds().ShouldBe(1767323045);
        }
        text.ShouldBe("some words\n");
    }

    [Fact]
    public async Task An_empty_line_with_a_time_is_a_line()
    {
        await using var reader = new FrameReader(
            new MemoryStream([.. Frame(1, "2026-01-02T03:04:05Z \n"), .. Frame(2, "2026-01-02T03:04:05Z x")]), timestamps: true);
        Encoding.UTF8.GetString((await reader.ReadAsync(Cancelled))!.Value.Bytes.Span).ShouldBe("\n");
        Encoding.UTF8.GetString((await reader.ReadAsync(Cancelled))!.Value.Bytes.Span).ShouldBe("x");
        (await reader.ReadAsync(Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_that_breaks_off_within_a_frame_is_not_taken_for_its_end()
    {
        await Should.ThrowAsync<EndOfStreamException>(() => ReadAsync(Frame(1, "hello")[..10], [100]));
        await Should.ThrowAsync<EndOfStreamException>(() => ReadAsync(Frame(1, "hello")[..5], [100]));
    }

    [Fact]
    public async Task What_is_no_frame_is_refused()
    {
        await Should.ThrowAsync<InvalidDataException>(
            () => ReadAsync(Encoding.ASCII.GetBytes("HTTP/1.1 500 Internal Server Error"), [100]));
        await using var untimed = new FrameReader(new MemoryStream(Frame(1, "no time at all")), timestamps: true);
        await Should.ThrowAsync<InvalidDataException>(async () => await untimed.ReadAsync(Cancelled));
    }

    private static async Task<List<(OutputStream Stream, string Text)>> ReadAsync(byte[] wire, int[] chunks)
    {
        var pieces = new List<(OutputStream, string)>();
        await using var reader = new FrameReader(new ChunkStream(wire, chunks), timestamps: false);
        while (await reader.ReadAsync(Cancelled) is { } piece)
            pieces.Add((piece.Stream, Encoding.UTF8.GetString(piece.Bytes.Span)));
        return pieces;
    }

    private static byte[] Frame(byte stream, string text) => Frame((int)stream, Encoding.UTF8.GetBytes(text));

    private static byte[] Frame(int stream, byte[] bytes)
    {
        var frame = new byte[8 + bytes.Length];
        frame[0] = (byte)stream;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), bytes.Length);
        bytes.CopyTo(frame, 8);
        return frame;
    }

    /// <summary>Hands out its bytes in chunks of the given sizes, over and over.</summary>
    private sealed class ChunkStream(byte[] bytes, int[] chunks) : MemoryStream(bytes)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunks[_next++ % chunks.Length])], cancellationToken);
    }
}
