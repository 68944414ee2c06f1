using CsCheck;
using SimpleBase;

namespace Nosnet.Protocol.Tests;

public sealed class Base58TextTests
{
    private static readonly Gen<byte[]> SomeBytes = Gen.Select(Gen.Int[0, 64], Gen.Int[0, 64], Gen.Byte.Array[64]).Select((length, zeros, bytes) =>
    {
        var some = bytes[..length];
        some.AsSpan(0, Math.Min(zeros, length)).Clear();
        return some;
    });

    [Fact]
    public void The_text_is_the_one_that_the_library_makes() =>
        SomeBytes.Sample(bytes => Base58Text.Encode(bytes).ShouldBe(Base58.Bitcoin.Encode(bytes)), iter: 5_000);

    [Fact]
    public void What_the_library_wrote_is_read() => SomeBytes.Sample(bytes =>
    {
        Span<byte> read = stackalloc byte[64];
        Base58Text.TryDecode(Base58.Bitcoin.Encode(bytes), read, out var written).ShouldBeTrue();
        read[..written].ToArray().ShouldBe(bytes);
    }, iter: 5_000);

    [Fact]
    public void The_largest_number_has_all_its_digits() =>
        Base58Text.Encode([.. Enumerable.Repeat((byte)255, 64)]).ShouldBe(Base58.Bitcoin.Encode([.. Enumerable.Repeat((byte)255, 64)]));

    [Fact]
    public void A_number_beyond_64_bytes_is_not_read()
    {
        var largest = Base58Text.Encode([.. Enumerable.Repeat((byte)255, 64)]);
        Base58Text.TryDecode("z" + largest[1..], stackalloc byte[80], out _).ShouldBeFalse();
        Base58Text.TryDecode(largest + "1", stackalloc byte[80], out _).ShouldBeFalse();
    }

    [Fact]
    public void Bytes_that_do_not_fit_are_not_read()
    {
        Base58Text.TryDecode("1112", stackalloc byte[3], out _).ShouldBeFalse();
        Base58Text.TryDecode("1112", stackalloc byte[4], out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("O")]
    [InlineData("I")]
    [InlineData("l")]
    [InlineData("a b")]
    [InlineData("1111\0")]
    [InlineData("ä")]
    [InlineData("\u2460")]
    public void Letters_outside_the_alphabet_are_not_read(string text) => Base58Text.TryDecode(text, stackalloc byte[64], out _).ShouldBeFalse();
}
