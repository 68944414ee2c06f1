using System.Text;

namespace Nosnet.Protocol.Tests;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void A_message_has_the_signature_that_the_specification_gives() => WebhookSignature.Sign(Secret, Id, At, Body).ShouldBe(Signature);

    [Fact]
    public void Only_what_was_signed_and_is_new_is_valid()
    {
        IsValid(Id, "1614265330", Signature, Body, At).ShouldBeTrue();
        IsValid(Id, "1614265330", "v1,AAAA v2,x " + Signature, Body, At.AddMinutes(4)).ShouldBeTrue();
        IsValid(Id, "1614265330", Signature, Body, At.AddMinutes(6)).ShouldBeFalse();
        IsValid(Id, "1614265331", Signature, Body, At).ShouldBeFalse();
        IsValid("msg_other", "1614265330", Signature, Body, At).ShouldBeFalse();
        IsValid(Id, "1614265330", Signature, [.. Body, 32], At).ShouldBeFalse();
        IsValid(Id, "99999999999999999", Signature, Body, At).ShouldBeFalse();
        IsValid(null, null, null, Body, At).ShouldBeFalse();
    }

    [Fact]
    public void Secrets_differ_and_sign()
    {
        var (one, other) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
        one.ShouldNotBe(other);
        WebhookSignature.IsValid(one, Id, "1614265330", WebhookSignature.Sign(one, Id, At, Body), Body, At).ShouldBeTrue();
        WebhookSignature.IsValid(other, Id, "1614265330", WebhookSignature.Sign(one, Id, At, Body), Body, At).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("oops")]
    [InlineData("whsec_oops!")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==")]
    public void A_secret_that_is_none_signs_nothing_and_vouches_for_nothing(string secret)
    {
        const string sentence = "This is not a webhook's secret: one is whsec_ and 24 bytes or more in base64. Take it from the answer that made the webhook, whole.";
        Should.Throw<FormatException>(() => WebhookSignature.Sign(secret, Id, At, Body)).Message.ShouldBe(sentence);
        Should.Throw<FormatException>(() => WebhookSignature.IsValid(secret, null, null, null, Body, At)).Message.ShouldBe(sentence);
        Should.Throw<FormatException>(() => WebhookSignature.IsValid(secret, Id, "1614265330", Signature, Body, At)).Message.ShouldBe(sentence);
    }

    private static bool IsValid(string? id, string? timestamp, string? signature, byte[] body, DateTimeOffset now) => WebhookSignature.IsValid(Secret, id, timestamp, signature, body, now);
}
