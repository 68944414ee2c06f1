using System.Buffers.Binary;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// Turns the sequential keys of rows into public addresses and back. An address is a keyed permutation of 32 bytes that hold the
/// kind, the key and zeros: unguessable without the network's key, self-checking through the zeros, and in need of no index.
/// </summary>
public sealed class AddressBook
{
    private const int Half = Bytes32.Length / 2;
    private const int Rounds = 4;

    private readonly byte[][] _roundKeys;

    /// <param name="networkKey">The 32 secret bytes of the installation; addresses change with them.</param>
    public AddressBook(ReadOnlySpan<byte> networkKey)
    {
        _roundKeys = new byte[Rounds][];
        for (var round = 0; round < Rounds; round++)
            _roundKeys[round] = HKDF.DeriveKey(HashAlgorithmName.SHA256, networkKey.ToArray(), 32, info: [.. "address"u8, (byte)round]);
    }

    private enum Kind : byte { Job = 1, Run = 2, Entry = 3, Market = 4, ApiKey = 5 }

    public JobAddress Job(long key) => new(Permute(Kind.Job, key, 0));
    public RunAddress Run(long job, int epoch) => new(Permute(Kind.Run, job, epoch));
    public Bytes32 Place(EntryPlace place) => Permute(Kind.Entry, place.Height, place.Index);
    public MarketAddress Market(long key) => new(Permute(Kind.Market, key, 0));
    public Bytes32 ApiKey(long key) => Permute(Kind.ApiKey, key, 0);

    public bool TryJob(JobAddress address, out long key) => TryInvert(Kind.Job, address.Value, out key, out _);
    public bool TryRun(RunAddress address, out long job, out int epoch) => TryInvert(Kind.Run, address.Value, out job, out epoch);
    public bool TryApiKey(Bytes32 id, out long key) => TryInvert(Kind.ApiKey, id, out key, out _);

    public bool TryPlace(Bytes32 value, out EntryPlace place)
    {
        var known = TryInvert(Kind.Entry, value, out var height, out var index);
        place = new EntryPlace(height, index);
        return known;
    }

    private Bytes32 Permute(Kind kind, long key, int number)
    {
        Span<byte> block = stackalloc byte[Bytes32.Length];
        block.Clear();
        block[0] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(block[1..], key);
        BinaryPrimitives.WriteInt32BigEndian(block[9..], number);
        for (var round = 0; round < Rounds; round++)
            Mix(round, block);
        return new Bytes32(block);
    }

    private bool TryInvert(Kind kind, Bytes32 address, out long key, out int number)
    {
        Span<byte> block = stackalloc byte[Bytes32.Length];
        address.CopyTo(block);
        for (var round = Rounds - 1; round >= 0; round--)
            Mix(round, block);
        key = BinaryPrimitives.ReadInt64BigEndian(block[1..]);
        number = BinaryPrimitives.ReadInt32BigEndian(block[9..]);
        return block[0] == (byte)kind && key >= 0 && number >= 0 && !block[13..].ContainsAnyExcept((byte)0);
    }

    /// <summary>One round of a Feistel network (four of them over a pseudo-random function make a strong permutation); its own inverse.</summary>
    private void Mix(int round, Span<byte> block)
    {
        var source = round % 2 == 0 ? block[..Half] : block[Half..];
        var target = round % 2 == 0 ? block[Half..] : block[..Half];
        Span<byte> input = stackalloc byte[32 + Half];
        _roundKeys[round].CopyTo(input);
        source.CopyTo(input[32..]);
        // The input has one fixed length, so a hash behind a secret prefix is a sound pseudo-random function here.
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        for (var i = 0; i < Half; i++)
            target[i] ^= hash[i];
    }
}
