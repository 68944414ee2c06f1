using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Protocol.Tests;

public sealed class SignedMessageTests : IDisposable
{
    private const string Hello =
        "Hello Nosana Node!:3tPYfvn67w2ygcnoBuiCSETYf2nQubbwVGjLtaPJANDKzKhYszoWivbAKeQ5cHdi3Ds5HqVRmeHeB1yrL2YjM4m";

    private readonly KeyPair _key = KeyPair.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1700000000000));

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_message_without_time_is_the_official_string() => SignedMessage.Create(_key, "Hello Nosana Node!").ShouldBe(Hello);

    [Fact]
    public void A_message_with_time_is_the_official_string() =>
        SignedMessage.Create(_key, "Hello Nosana Node!", _time).ShouldBe(Hello + ":1700000000000");

    [Theory]
    [InlineData("msg", ':', true, "msg:5aAZXMHg4xX5guFHeucjiV9wwtjyRP4ePYsZ2d47mZANmxBxrwRK24wvh4k5jrASzVfqnVL6yjzRn77tdzJeVQnH:1700000000000")]
    [InlineData("héllo", ':', false, "héllo:2Sv5st9LZ8cW4phQJekAUk2Vu8W3T2jjC6w9fNYfBHcSd7FKz56GMT7P1vf1ocspM2wSo5TkJGPCjNS1vzCxKjdQ")]
    [InlineData(
        "3EwUexRdXedDk2EL72py5FQd9fG2aVR9trD3EqEbGCDu", '+', true,
        "3EwUexRdXedDk2EL72py5FQd9fG2aVR9trD3EqEbGCDu+4YgA415JZoLAA4BicwiVRBgbjxMYJQYQHDEy8aKb4xTBaE5zQpWG1aQBSC4UeWssjntwbEbuT7h846NYYs84Hf88+1700000000000")]
    public void Official_vectors_are_made_and_taken(string message, char separator, bool withTime, string text)
    {
        SignedMessage.Create(_key, message, withTime ? _time : null, separator).ShouldBe(text);
        SignedMessage.Check(text, _key.Address, _time, message, separator: separator).ShouldBe(SignatureCheck.Valid);
    }

    [Theory]
    [InlineData(0, SignatureCheck.Valid)]
    [InlineData(299_999, SignatureCheck.Valid)]
    [InlineData(300_000, SignatureCheck.Expired)]
    public void A_message_expires_after_five_minutes(int age, SignatureCheck check)
    {
        _time.Advance(TimeSpan.FromMilliseconds(age));

        SignedMessage.Check(Hello + ":1700000000000", _key.Address, _time).ShouldBe(check);
    }

    [Fact]
    public void The_time_until_expiry_can_be_chosen()
    {
        _time.Advance(TimeSpan.FromSeconds(10));

        SignedMessage.Check(Hello + ":1700000000000", _key.Address, _time, expiry: TimeSpan.FromSeconds(10)).ShouldBe(SignatureCheck.Expired);
        SignedMessage.Check(Hello + ":1700000000000", _key.Address, _time, expiry: TimeSpan.FromSeconds(11)).ShouldBe(SignatureCheck.Valid);
    }

    [Fact]
    public void A_time_in_the_future_passes_for_clocks_differ() =>
        SignedMessage.Check(Hello + ":1700000099999", _key.Address, _time).ShouldBe(SignatureCheck.Valid);

    [Fact]
    public void The_time_is_not_signed_so_without_it_nothing_expires()
    {
        _time.Advance(TimeSpan.FromDays(1000));

        SignedMessage.Check(Hello, _key.Address, _time).ShouldBe(SignatureCheck.Valid);
    }

    [Fact]
    public void Another_message_than_the_expected_is_refused() =>
        SignedMessage.Check(Hello, _key.Address, _time, expected: "Hello").ShouldBe(SignatureCheck.OtherMessage);

    [Fact]
    public void A_changed_message_and_another_signer_are_refused()
    {
        using var other = KeyPair.Generate();

        SignedMessage.Check(Hello.Replace("Hello", "Hallo", StringComparison.Ordinal), _key.Address, _time).ShouldBe(SignatureCheck.OtherSigner);
        SignedMessage.Check(Hello, other.Address, _time).ShouldBe(SignatureCheck.OtherSigner);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("message")]
    [InlineData("message:")]
    [InlineData("message:not base58 0OIl")]
    [InlineData("message:abc")]
    [InlineData("message:ü")]
    [InlineData(":3tPYfvn67w2ygcnoBuiCSETYf2nQubbwVGjLtaPJANDKzKhYszoWivbAKeQ5cHdi3Ds5HqVRmeHeB1yrL2YjM4m")]
    [InlineData(Hello + ":soon")]
    [InlineData(Hello + ":-1")]
    [InlineData(Hello + ":1700000000000:")]
    public void What_is_no_signed_message_is_refused(string text) =>
        SignedMessage.Check(text, _key.Address, _time).ShouldBe(SignatureCheck.Malformed);

    [Fact]
    public void A_string_beyond_all_headers_is_refused_unread() =>
        SignedMessage.Check(new string('1', 1_000_000), _key.Address, _time).ShouldBe(SignatureCheck.Malformed);

    [Fact]
    public void A_message_that_nobody_could_read_is_not_signed()
    {
        Should.Throw<ArgumentException>(() => SignedMessage.Create(_key, ""));
        Should.Throw<ArgumentException>(() => SignedMessage.Create(_key, "a:b")).Message.ShouldStartWith("The message contains ':'");
        SignedMessage.Create(_key, "a:b", separator: '+').ShouldStartWith("a:b+");
    }

    [Fact]
    public void The_message_can_be_read_before_the_signer_is_known()
    {
        SignedMessage.MessageOf(Hello).ShouldBe("Hello Nosana Node!");
        SignedMessage.MessageOf("nothing").ShouldBeNull();
        SignedMessage.MessageOf(":x").ShouldBeNull();
    }

    [Theory]
    [InlineData(SignatureCheck.Valid, null)]
    [InlineData(SignatureCheck.Malformed, "Invalid signature.")]
    [InlineData(SignatureCheck.OtherSigner, "Invalid signature.")]
    [InlineData(SignatureCheck.OtherMessage, "Failed to authenticate message.")]
    [InlineData(SignatureCheck.Expired, "Authorization has expired.")]
    public void Refusals_are_in_the_words_of_official_clients(SignatureCheck check, string? sentence) => check.Refusal().ShouldBe(sentence);
}
