using System.Text;
using CsCheck;

namespace Nosnet.Node.Tests;

public sealed class LineSplitterTests
{
    // Few kinds of bytes, so that every break and every cut character comes about often.
    private static readonly string[] Parts = ["a", "\n", "\r", "\r\n", "é", "€", "🙂", "\xff"];

    private static readonly Gen<byte[]> Output = Gen.OneOf(Parts.Select(Gen.Const).ToArray()).List[0, 60].Select(parts =>
        parts.SelectMany(part => part == "\xff" ? [0xff] : Encoding.UTF8.GetBytes(part)).ToArray());

    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\ntwo", "one|two")]
    [InlineData("one\r\ntwo\r\n", "one|two")]
    [InlineData("\n\nend\n", "||end")]
    [InlineData("10%\r20%\r\ndone\n", "10%|20%|done")]
    [InlineData("\r10%\r20%", "10%|20%")]
    [InlineData("", "")]
    public void Lines_end_with_any_break(string output, string lines) =>
        string.Join('|', Split(Encoding.UTF8.GetBytes(output), output.Length + 1)).ShouldBe(lines);

    [Fact]
    public void However_the_bytes_come_the_lines_are_the_same() =>
        Gen.Select(Output, Gen.Int[1, 7], Gen.Int[4, 40]).Sample((output, chunk, max) =>
            Split(output, chunk, max).SequenceEqual(Split(output, output.Length + 1, max)));

    [Fact]
    public void After_a_restart_at_the_end_of_any_line_the_rest_follows() =>
        Gen.Select(Output, Gen.Int[1, 7], Gen.Int[0, 60]).Sample((output, chunk, cut) =>
        {
            var all = Lines(output, 1, 16, 0);
            cut = Math.Min(cut, all.Count);
            var until = cut == 0 ? 0 : all[cut - 1].End;
            var rest = Lines(output, chunk, 16, until).Select(line => line.Text);
            return rest.SequenceEqual(all.Skip(cut).Select(line => line.Text));
        });

    [Fact]
    public void No_byte_is_lost_and_ends_only_grow() =>
        Output.Sample(output =>
        {
            var lines = Lines(output, 3, 16, 0);
            var text = string.Concat(lines.Select(line => line.Text));
            return text == Encoding.UTF8.GetString([.. output.Where(b => b is not ((byte)'\n' or (byte)'\r'))])
                && lines.Zip(lines.Skip(1)).All(pair => pair.First.End <= pair.Second.End)
                && lines.All(line => line.End <= output.Length);
        });

    [Fact]
    public void A_long_line_is_cut_between_characters()
    {
        var lines = Split(Encoding.UTF8.GetBytes("aaa€€€\n"), 100, max: 8);
        lines.ShouldBe(["aaa€", "€€"]);
    }

    private static List<string> Split(byte[] output, int chunk, int max = LineSplitter.DefaultMaxLine) =>
        [.. Lines(output, chunk, max, 0).Select(line => line.Text)];

    private static List<OutputLine> Lines(byte[] output, int chunk, int max, long skip)
    {
        var splitter = new LineSplitter(SecretMask.None, max);
        splitter.Rewind(skip);
        var lines = new List<OutputLine>();
        foreach (var part in output.Chunk(chunk))
            splitter.Take(part, lines);
        splitter.Complete(lines);
        return lines;
    }
}
