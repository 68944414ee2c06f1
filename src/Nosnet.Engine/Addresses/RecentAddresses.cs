using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The addresses that were worked out last, both ways. Whoever follows a job names it again and again, and each step of its life names it anew. What
/// falls on an occupied place displaces it, so nothing is kept in order and nothing is ever locked.
/// </summary>
internal sealed class RecentAddresses
{
    private const int Places = 1 << 14;

    private readonly Known?[] _byRow = new Known?[Places];
    private readonly Known?[] _byAddress = new Known?[Places];

    public bool TryAddress(in AddressedRow row, out Bytes32 address)
    {
        var known = _byRow[Place(row)];
        address = known?.Address ?? default;
        return known is not null && known.Row == row;
    }

    public bool TryRow(in Bytes32 address, out AddressedRow row)
    {
        var known = _byAddress[Place(address)];
        row = known?.Row ?? default;
        return known is not null && known.Address == address;
    }

    public void Add(in AddressedRow row, in Bytes32 address)
    {
        var known = new Known(row, address);
        _byRow[Place(row)] = known;
        _byAddress[Place(address)] = known;
    }

    private static int Place<T>(in T value)
        where T : struct => value.GetHashCode() & (Places - 1);

    private sealed record Known(AddressedRow Row, Bytes32 Address);
}
