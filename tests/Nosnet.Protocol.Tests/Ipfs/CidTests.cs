using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class CidTests
{
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51")]
    [InlineData("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "QmNQatwxYrvx45JHzALe54be3KTBVQrLtHdPfkmvNNhQkw")]
    [InlineData("0707070707070707070707070707070707070707070707070707070707070707", "QmNp5n7FFav5ZDaHAj6HzuhJ8LDbL1N6NRzAgT6piWS2Kx")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "QmfZy5bvk7a3DQAjCbGNtmrPXWkyVvPrdnZMyBZ5q5ieKG")]
    [InlineData("9d6c2be50f706953479ab9df2ce3edca90b68053c00b3004b7f0accbe1e8eedf", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG")]
    public void A_digest_has_its_known_CID(string hex, string text)
    {
        var cid = new Cid(new Bytes32(Convert.FromHexString(hex)));

        cid.ToString().ShouldBe(text);
        Cid.Parse(text).ShouldBe(cid);
    }

    [Fact]
    public void A_CID_comes_back_from_its_text_and_its_multihash() => Gen.Byte.Array[32].Sample(digest =>
    {
        var cid = new Cid(new Bytes32(digest));
        Cid.Parse(cid.ToString()).ShouldBe(cid);

        var multihash = new byte[34];
        cid.WriteMultihash(multihash);
        Cid.TryReadMultihash(multihash, out var read).ShouldBeTrue();
        read.ShouldBe(cid);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Qm")]
    [InlineData("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbd")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG1")]
    [InlineData("Qmzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPb0G")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbüG")]
    public void A_text_that_is_no_CIDv0_is_refused(string? text) => Cid.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_refusal_says_what_a_CID_looks_like() =>
        Should.Throw<FormatException>(() => Cid.Parse("bafy")).Message.ShouldBe("'bafy' is not a CIDv0; one starts with Qm and has 46 characters.");

    [Theory]
    [InlineData("")]
    [InlineData("1220")]
    [InlineData("1320" + "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1221" + "0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_multihash_of_another_kind_is_refused(string hex) => Cid.TryReadMultihash(Convert.FromHexString(hex), out _).ShouldBeFalse();
}
