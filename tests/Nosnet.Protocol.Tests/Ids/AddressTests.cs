using System.Text.Json;
using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class AddressTests
{
    private static readonly Gen<Bytes32> Values = Gen.Byte.Array[Bytes32.Length].Select(bytes => new Bytes32(bytes));

    [Fact]
    public void Bytes_come_back_from_their_text() => Gen.OneOf(Values, Gen.Int[0, 32].SelectMany(LeadingZeros)).Sample(value =>
    {
        Bytes32.TryParseBase58(value.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(value);
        new Bytes32(value.ToArray()).ShouldBe(value);
        value.ToString().Length.ShouldBeInRange(32, 44);
    });

    [Theory]
    [InlineData("11111111111111111111111111111111", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj", "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664")]
    public void Known_bytes_have_their_known_text(string text, string hex)
    {
        new Bytes32(Convert.FromHexString(hex)).ToString().ShouldBe(text);
        Bytes32.TryParseBase58(text, out var value).ShouldBeTrue();
        Convert.ToHexStringLower(value.ToArray()).ShouldBe(hex);
    }

    [Fact]
    public void Only_32_bytes_are_taken() =>
        Should.Throw<ArgumentException>(() => new Bytes32(new byte[31])).Message.ShouldStartWith("32 bytes are needed, 31 were given.");

    [Fact]
    public void Zero_is_told_from_every_other_value() => Values.Sample(value =>
    {
        value.IsZero.ShouldBe(value == default);
        default(Bytes32).IsZero.ShouldBeTrue();
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1111111111111111111111111111111")]
    [InlineData("111111111111111111111111111111111")]
    [InlineData("111111111111111111111111111111111111111111111")]
    [InlineData("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("0C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj")]
    [InlineData(" 9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJt")]
    [InlineData("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtüj")]
    public void A_text_that_is_no_address_is_refused(string? text)
    {
        JobAddress.TryParse(text, out _).ShouldBeFalse();
        AccountAddress.TryParse(text, out _).ShouldBeFalse();
    }

    [Fact]
    public void Whatever_the_text_reading_it_ends_in_a_value_or_a_no() => Gen.OneOf(Gen.String[0, 100], Gen.String[Gen.Char["1zZ9ü0\0"], 30, 90]).Sample(text =>
    {
        if (Bytes32.TryParseBase58(text, out var value))
            value.ToString().ShouldBe(text);
        if (Tx.TryParse(text, out var tx))
            tx.ToString().ShouldBe(text);
        if (Cid.TryParse($"Qm{text}", out var cid))
            cid.ToString().ShouldBe($"Qm{text}");
    });

    [Fact]
    public void Addresses_of_every_kind_come_back_from_text_and_JSON()
    {
        ComesBack(JobAddress.From);
        ComesBack(RunAddress.From);
        ComesBack(NodeAddress.From);
        ComesBack(MarketAddress.From);
        ComesBack(AccountAddress.From);
    }

    [Fact]
    public void A_refusal_names_the_kind_and_shows_the_text_cut()
    {
        Should.Throw<FormatException>(() => MarketAddress.Parse("nowhere")).Message
            .ShouldBe("'nowhere' is not a market address; one is 32 bytes in base58, 32 to 44 characters.");
        Should.Throw<FormatException>(() => JobAddress.Parse(new string('x', 10_000))).Message.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void A_tx_comes_back_from_text_and_JSON() => Gen.Select(Values, Values).Sample((place, hash) =>
    {
        var tx = new Tx(place, hash);
        Tx.TryParse(tx.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(tx);
        FromJson<Tx>(ToJson(tx)).ShouldBe(tx);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void A_text_that_is_no_tx_is_refused(string? text) => Tx.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("5")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    public void JSON_that_is_no_address_is_refused(string json)
    {
        Should.Throw<JsonException>(() => FromJson<JobAddress>(json));
        Should.Throw<JsonException>(() => FromJson<Tx>(json));
        Should.Throw<JsonException>(() => FromJson<Cid>(json));
    }

    private static Gen<Bytes32> LeadingZeros(int zeros) => Gen.Byte.Array[Bytes32.Length].Select(bytes =>
    {
        bytes.AsSpan(0, zeros).Clear();
        return new Bytes32(bytes);
    });

    private static void ComesBack<T>(Func<Bytes32, T> from)
        where T : struct, IAddress<T> => Values.Sample(
        value =>
        {
            var address = from(value);
            address.Value.ShouldBe(value);
            T.Parse(address.ToString()!, null).ShouldBe(address);
            FromJson<T>(ToJson(address)).ShouldBe(address);
            ToJson(address).ShouldBe($"\"{value}\"");
        },
        iter: 50);

#pragma warning disable IL2026, IL3050 // a test may look at converters by reflection
    private static string ToJson<T>(T value) => JsonSerializer.Serialize(value);

    private static T? FromJson<T>(string json) => JsonSerializer.Deserialize<T>(json);
#pragma warning restore IL2026, IL3050
}
