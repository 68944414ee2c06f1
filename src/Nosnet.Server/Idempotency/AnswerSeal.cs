using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Server;

/// <summary>
/// Seals an answer that tells a secret. The seal's key is made of the network's secret and of the text of the Idempotency-Key, of which
/// the store holds a hash alone: neither the store nor the network's files are enough to open it.
/// </summary>
internal sealed class AnswerSeal(byte[] networkKey, string text)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public byte[] Seal(ReadOnlySpan<byte> body)
    {
        var whole = new byte[NonceLength + TagLength + body.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceLength));
        using var cipher = Cipher();
        cipher.Encrypt(whole.AsSpan(0, NonceLength), body, whole.AsSpan(NonceLength + TagLength), whole.AsSpan(NonceLength, TagLength));
        return whole;
    }

    public byte[] Open(ReadOnlySpan<byte> whole)
    {
        var body = new byte[whole.Length - NonceLength - TagLength];
        using var cipher = Cipher();
        cipher.Decrypt(whole[..NonceLength], whole[(NonceLength + TagLength)..], whole[NonceLength..(NonceLength + TagLength)], body);
        return body;
    }

    private AesGcm Cipher() => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, networkKey, 32, info: Encoding.UTF8.GetBytes(text)), TagLength);
}
