using System.Security.Cryptography;
using System.Text;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The 32 secret bytes of an installation. Every other key comes from them, each for its own purpose.</summary>
internal sealed class NetworkSecret : IDisposable
{
    public const int Length = 32;

    private readonly byte[] _bytes;
    private readonly KeyPair _signing;

    public NetworkSecret(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"{Length} bytes are needed, {bytes.Length} were given.", nameof(bytes));
        _bytes = bytes.ToArray();
        _signing = KeyPair.FromSeed(Derive("account: network"));
    }

    /// <summary>The address of the network's own account, with whose key the blocks are signed.</summary>
    public AccountAddress NetworkAccount => new(_signing.Address);

    public AccountAddress OperatorAccount => Account("account: operator");

    public AddressBook Addresses() => new(Derive("addresses"));

    public byte[] Sign(Bytes32 hash) => _signing.Sign(hash.ToArray());

    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Length, info: Encoding.UTF8.GetBytes("nosnet " + purpose));

    /// <summary>
    /// The address of a new user's account or vault: a public key, so that nothing that is no key is ever an address, and one of those that official
    /// clients take for one.
    /// </summary>
    public AccountAddress NewAccount()
    {
        AccountAddress address;
        do
            address = Account("account: " + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        while (address.ToString().Length < DeploymentLimits.ShortestAddress);
        return address;
    }

    public void Dispose()
    {
        _signing.Dispose();
        CryptographicOperations.ZeroMemory(_bytes);
    }

    private AccountAddress Account(string purpose)
    {
        using var key = KeyPair.FromSeed(Derive(purpose));
        return new AccountAddress(key.Address);
    }
}
