using System.Security.Cryptography;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The values of the secrets that a job's definition names. They are in this process's memory, and on its disk only sealed.</summary>
internal sealed class JobSecrets
{
    public static readonly JobSecrets None = new(new Dictionary<string, string>(), SecretMask.None);

    private readonly IReadOnlyDictionary<string, string> _values;

    private JobSecrets(IReadOnlyDictionary<string, string> values, SecretMask mask) => (_values, Mask) = (values, mask);

    public SecretMask Mask { get; }

    /// <summary>The value of a secret; null where the account has none of that name.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>
    /// Those of a run. One that was begun before keeps the values with which it began: its containers have them, whatever became of the
    /// secrets since.
    /// </summary>
    /// <param name="answer">What the network gives now.</param>
    /// <param name="files">Where the run is kept.</param>
    public static JobSecrets Of(RunSecrets answer, RunFiles files)
    {
        var key = Convert.FromBase64String(answer.SealingKey);
        if (files.ReadSecrets() is { } kept)
        {
            var first = JsonSerializer.Deserialize(Open(key, kept), NodeJson.Default.DictionaryStringString) ?? [];
            return new JobSecrets(first, SecretMask.Of(first.Values.Concat(answer.Values.Values)));
        }
        files.SaveSecrets(Seal(key, JsonSerializer.SerializeToUtf8Bytes(new(answer.Values), NodeJson.Default.DictionaryStringString)));
        return new JobSecrets(answer.Values, SecretMask.Of(answer.Values.Values));
    }

    private static byte[] Seal(byte[] key, byte[] plain)
    {
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var tag = new byte[AesGcm.TagByteSizes.MaxSize];
        var text = new byte[plain.Length];
        using var cipher = new AesGcm(key, tag.Length);
        cipher.Encrypt(nonce, plain, text, tag);
        return [.. nonce, .. tag, .. text];
    }

    private static byte[] Open(byte[] key, byte[] whole)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        if (whole.Length < nonce + tag)
            throw new CryptographicException("The sealed secrets of a run are damaged.");
        var plain = new byte[whole.Length - nonce - tag];
        using var cipher = new AesGcm(key, tag);
        cipher.Decrypt(whole.AsSpan(0, nonce), whole.AsSpan(nonce + tag), whole.AsSpan(nonce, tag), plain);
        return plain;
    }
}
