using System.Buffers.Binary;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// Turns the sequential keys of rows into public addresses and back. An address is a keyed permutation of 32 bytes that hold the
/// kind, the key and zeros: unguessable without the network's key, self-checking through the zeros, and in need of no index.
/// What comes out short is permuted again, because official clients take no address of fewer than 43 characters.
/// </summary>
public sealed class AddressBook
{
    private const int Half = Bytes32.Length / 2;
    private const int Rounds = 4;

    private readonly byte[][] _roundKeys;
    private readonly RecentAddresses _recent = new();

    /// <param name="networkKey">The 32 secret bytes of the installation; addresses change with them.</param>
    public AddressBook(ReadOnlySpan<byte> networkKey)
    {
        _roundKeys = new byte[Rounds][];
        for (var round = 0; round < Rounds; round++)
            _roundKeys[round] = HKDF.DeriveKey(HashAlgorithmName.SHA256, networkKey.ToArray(), 32, info: [.. "address"u8, (byte)round]);
    }

    public JobAddress Job(long key) => new(Permute(AddressKind.Job, key, 0));
    public RunAddress Run(long job, int epoch) => new(Permute(AddressKind.Run, job, epoch));
    public Bytes32 Place(EntryPlace place) => Permute(AddressKind.Entry, place.Height, place.Index);
    public MarketAddress Market(long key) => new(Permute(AddressKind.Market, key, 0));
    public Bytes32 ApiKey(long key) => Permute(AddressKind.ApiKey, key, 0);

    /// <summary>A place in a list, beside a row and on one of its sides, that tells whoever has it nothing of the row's key.</summary>
    public Bytes32 Cursor(long key, bool goesBack) => Permute(AddressKind.Cursor, key, goesBack ? 1 : 0);

    public bool TryJob(JobAddress address, out long key) => TryInvert(AddressKind.Job, address.Value, out key, out _);
    public bool TryRun(RunAddress address, out long job, out int epoch) => TryInvert(AddressKind.Run, address.Value, out job, out epoch);
    public bool TryApiKey(Bytes32 id, out long key) => TryInvert(AddressKind.ApiKey, id, out key, out _);

    public bool TryCursor(Bytes32 cursor, out (long Key, bool GoesBack) place)
    {
        var known = TryInvert(AddressKind.Cursor, cursor, out var key, out var side);
        place = (key, side == 1);
        return known;
    }

    public bool TryPlace(Bytes32 value, out EntryPlace place)
    {
        var known = TryInvert(AddressKind.Entry, value, out var height, out var index);
        place = new EntryPlace(height, index);
        return known;
    }

    private Bytes32 Permute(AddressKind kind, long key, int number)
    {
        var row = new AddressedRow(kind, key, number);
        if (_recent.TryAddress(row, out var known))
            return known;
        Span<byte> block = stackalloc byte[Bytes32.Length];
        block.Clear();
        block[0] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(block[1..], key);
        BinaryPrimitives.WriteInt32BigEndian(block[9..], number);
        do
        {
            for (var round = 0; round < Rounds; round++)
                Mix(round, block);
        }
        while (IsShort(block));
        var address = new Bytes32(block);
        _recent.Add(row, address);
        return address;
    }

    private bool TryInvert(AddressKind kind, Bytes32 address, out long key, out int number)
    {
        if (!_recent.TryRow(address, out var row))
        {
            Span<byte> block = stackalloc byte[Bytes32.Length];
            address.CopyTo(block);
            var isShort = IsShort(block);
            do
            {
                for (var round = Rounds - 1; round >= 0; round--)
                    Mix(round, block);
            }
            while (IsShort(block));
            row = new AddressedRow((AddressKind)block[0], BinaryPrimitives.ReadInt64BigEndian(block[1..]), BinaryPrimitives.ReadInt32BigEndian(block[9..]));
            // What somebody made up is not worth a place.
            if (row.Key < 0 || row.Number < 0 || block[13..].ContainsAnyExcept((byte)0))
                row = default;
            else if (!isShort)
                _recent.Add(row, address);
        }

        (key, number) = (row.Key, row.Number);
        return row.Kind == kind;
    }

    /// <summary>
    /// Whether base58 may need fewer than 43 characters for it. No row is, since its kind comes first: so the way on ends at one address,
    /// and the way back at its row.
    /// </summary>
    private static bool IsShort(ReadOnlySpan<byte> block) => block[0] == 0;

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
        Bytes32.HashOf(input).CopyTo(hash);
        for (var i = 0; i < Half; i++)
            target[i] ^= hash[i];
    }
}

/// <summary>What an address names, by its kind's number within a network's addresses.</summary>
internal enum AddressKind : byte
{
    None = 0,
    Job = 1,
    Run = 2,
    Entry = 3,
    Market = 4,
    ApiKey = 5,
    Cursor = 6,
}

/// <summary>A row, and what of it is meant.</summary>
internal readonly record struct AddressedRow(AddressKind Kind, long Key, int Number);
