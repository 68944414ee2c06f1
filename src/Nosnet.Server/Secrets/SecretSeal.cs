using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Seals the values of secrets with AES-256-GCM under a key that comes from the network's secret. Account and name are sealed with the
/// value, so that one put into another's row does not open.
/// </summary>
internal sealed class SecretSeal : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly NetworkSecret _secret;
    private readonly AesGcm _cipher;

    public SecretSeal(NetworkSecret secret)
    {
        _secret = secret;
        _cipher = new AesGcm(secret.Derive("secrets"), TagLength);
    }

    public byte[] Close(AccountAddress account, string name, string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var sealedValue = new byte[NonceLength + TagLength + plain.Length];
        var (nonce, tag, text) = Parts(sealedValue);
        RandomNumberGenerator.Fill(nonce.Span);
        _cipher.Encrypt(nonce.Span, plain, text.Span, tag.Span, Context(account, name));
        CryptographicOperations.ZeroMemory(plain);
        return sealedValue;
    }

    /// <exception cref="CryptographicException">It was not sealed here, or for another account or name.</exception>
    public string Open(AccountAddress account, string name, ReadOnlyMemory<byte> sealedValue)
    {
        if (sealedValue.Length < NonceLength + TagLength)
            throw new CryptographicException("A secret in the store is damaged: it is too short.");
        var (nonce, tag, text) = Parts(sealedValue.ToArray());
        var plain = new byte[text.Length];
        _cipher.Decrypt(nonce.Span, text.Span, tag.Span, plain, Context(account, name));
        var value = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return value;
    }

    /// <summary>The key with which a node seals what it keeps of a run's secrets; only the server can tell it again.</summary>
    public string KeyOf(RunAddress run) => Convert.ToBase64String(_secret.Derive("secrets of run " + run));

    public void Dispose() => _cipher.Dispose();

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Text) Parts(Memory<byte> whole) =>
        (whole[..NonceLength], whole[NonceLength..(NonceLength + TagLength)], whole[(NonceLength + TagLength)..]);

    private static byte[] Context(AccountAddress account, string name) => Encoding.UTF8.GetBytes($"{account}/{name}");
}
