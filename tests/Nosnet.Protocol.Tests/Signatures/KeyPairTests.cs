using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class KeyPairTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void A_seed_gives_its_known_address()
    {
        using var key = KeyPair.FromSeed(Seed);

        key.Address.ToString().ShouldBe("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj");
        Convert.ToHexStringLower(key.Address.ToArray()).ShouldBe("79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664");
        key.ExportSeed().ShouldBe(Seed);
    }

    [Fact]
    public void A_signature_is_the_known_one()
    {
        using var key = KeyPair.FromSeed(Seed);

        Convert.ToBase64String(key.Sign("Hello Nosana Node!"u8))
            .ShouldBe("An0hL6sGplvr+zCxF6U+fIy9aSAOQ95k3/Ug5jMoUYVva7cSq4UD0S0agq/RaKnLuiGFGbNROu5HPnmMU8g+Cg==");
    }

    [Fact]
    public void A_signature_holds_for_its_message_and_signer_alone() => Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[0, 100], Gen.Int[0, 63], Gen.Byte[1, 255]).Sample(
        (seed, message, position, change) =>
        {
            using var key = KeyPair.FromSeed(seed);
            var signature = key.Sign(message);
            KeyPair.Verify(key.Address, message, signature).ShouldBeTrue();

            using var other = KeyPair.Generate();
            KeyPair.Verify(other.Address, message, signature).ShouldBeFalse();
            KeyPair.Verify(key.Address, [.. message, 0], signature).ShouldBeFalse();
            signature[position] ^= change;
            KeyPair.Verify(key.Address, message, signature).ShouldBeFalse();
        },
        iter: 200);

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_of_another_length_holds_for_nothing(int length) =>
        KeyPair.Verify(KeyPair.FromSeed(Seed).Address, "x"u8, new byte[length]).ShouldBeFalse();

    [Fact]
    public void No_signature_holds_under_the_address_of_zeros() => KeyPair.Verify(default, "x"u8, new byte[64]).ShouldBeFalse();

    [Fact]
    public void Two_generated_pairs_differ()
    {
        using var a = KeyPair.Generate();
        using var b = KeyPair.Generate();

        a.Address.ShouldNotBe(b.Address);
    }

    [Fact]
    public void A_Solana_key_is_the_seed_and_its_public_key()
    {
        using var key = KeyPair.FromSeed(Seed);

        KeyPair.FromSolanaKey([.. Seed, .. key.Address.ToArray()]).Address.ShouldBe(key.Address);
        Should.Throw<ArgumentException>(() => KeyPair.FromSolanaKey([.. Seed, .. Seed])).Message.ShouldStartWith("The second half of the key");
        Should.Throw<ArgumentException>(() => KeyPair.FromSolanaKey(Seed));
    }

    [Fact]
    public void A_seed_of_another_length_is_refused() =>
        Should.Throw<ArgumentException>(() => KeyPair.FromSeed(new byte[31])).Message.ShouldStartWith("A seed has 32 bytes, 31 were given.");
}
