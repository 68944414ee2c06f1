using System.Text;
using System.Text.Json;
using CsCheck;

namespace Nosnet.Node.Tests;

public sealed class SecretMaskTests
{
    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.String[Gen.Char["abAB01 _-\"\\/+é"], 4, 40],
        Gen.String[Gen.Char["aab"], 4, 2_000],
        Gen.String[Gen.Char['!', '~'], 4, 300])
        .Select(text => text.Replace("*", "x", StringComparison.Ordinal)).Where(text => text.Trim().Length >= 4);

    [Fact]
    public void No_secret_survives_in_any_line_wherever_it_stands_in_whatever_pieces_the_output_comes()
    {
        // Without breaks, so that whatever parts two lines is a cut, and what stands there joined is what the container wrote.
        var output = Gen.Select(Value.Array[1, 4], Gen.String[Gen.Char["ab x"], 0, 200].Array[1, 20], Gen.Int[1, 700], Gen.Int[40, 6_000]);
        output.Sample(
            (secrets, between, piece, longestLine) =>
            {
                longestLine = Math.Max(longestLine, 2 * 520 * 3);
                var mask = SecretMask.Of(secrets);
                var text = string.Concat(between.Select((words, i) => words + secrets[i % secrets.Length] + Convert.ToBase64String(Encoding.UTF8.GetBytes(secrets[i % secrets.Length]))));
                var lines = new List<OutputLine>();
                var splitter = new LineSplitter(mask, longestLine);
                foreach (var bytes in Encoding.UTF8.GetBytes(text).Chunk(piece))
                    splitter.Take(bytes, lines);
                splitter.Complete(lines);
                var masked = string.Concat(lines.Select(line => mask.Apply(line.Text)));
                return secrets.All(secret => !masked.Contains(secret.Trim(), StringComparison.Ordinal));
            },
            iter: 500);
    }

    [Fact]
    public void What_holds_no_secret_stays_as_it_is() =>
        Gen.Select(Gen.String[Gen.Char["xyz "], 0, 200], Value).Sample((text, secret) => ReferenceEquals(SecretMask.Of([secret + "!"]).Apply(text), text), iter: 500);

    [Theory]
    [InlineData("the key is hunter22.", "the key is ***.")]
    [InlineData("hunter22hunter22", "***")]
    [InlineData("hunter22 hunter2", "*** hunter2")]
    [InlineData("aHVudGVyMjI=", "***I=")]
    [InlineData("dXNlcjpodW50ZXIyMg==", "dXNlcjp***g==")]
    [InlineData("first line", "***")]
    [InlineData("the other one: second line", "the other one: ***")]
    [InlineData("""{"key":"first line\nsecond line"}""", """{"key":"***"}""")]
    [InlineData("in-json-1", "***")]
    [InlineData("the-first-of-two and the-last-of-two", "*** and ***")]
    [InlineData("""pass\"word""", "***")]
    public void A_secret_is_masked_in_the_shapes_that_it_takes(string text, string masked) =>
        SecretMask.Of(["hunter22", "first line\nsecond line", """{"user":"me","token":"in-json-1"}""", "pass\"word", """{"half":"\ud83d","k":"the-first-of-two","k":"the-last-of-two"}"""]).Apply(text).ShouldBe(masked);

    [Fact]
    public void Secrets_that_overlap_are_masked_as_one() => SecretMask.Of(["abcdef", "defghi"]).Apply("xabcdefghix").ShouldBe("x***x");

    [Fact]
    public void A_job_without_secrets_has_a_mask_that_does_nothing()
    {
        SecretMask.Of([]).ShouldBeSameAs(SecretMask.None);
        SecretMask.None.Apply("text").ShouldBe("text");
    }

    [Fact]
    public void The_largest_secret_is_masked_whole()
    {
        var secret = string.Concat(Enumerable.Range(0, 6_000).Select(i => i.ToString("x8", System.Globalization.CultureInfo.InvariantCulture)));
        SecretMask.Of([secret]).Apply($"a {secret} b").ShouldBe("a *** b");
        SecretMask.Of([secret]).Apply(JsonSerializer.Serialize(new[] { secret })).ShouldBe("[\"***\"]");
    }
}
