using System.Security.Cryptography;

namespace Nosnet.Protocol.Tests;

public sealed class HashTests
{
    [Fact]
    public void The_hash_of_bytes_of_any_length_is_their_SHA_256()
    {
        var bytes = new byte[300];
        new Random(1).NextBytes(bytes);

        for (var length = 0; length <= bytes.Length; length++)
        {
            var some = bytes.AsSpan(0, length);
            Assert.Equal(new Bytes32(SHA256.HashData(some)), Bytes32.HashOf(some));
        }
    }
}
