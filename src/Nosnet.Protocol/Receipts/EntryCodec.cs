using System.Buffers;

namespace Nosnet.Protocol;

/// <summary>Entries as bytes: what is hashed for the receipt is what is stored. Numbers are zigzag varints; the first byte is the version.</summary>
public static class EntryCodec
{
    private const byte Version = 1;

    /// <summary>The bytes of an entry. The same entry has the same bytes.</summary>
    public static byte[] Encode(Entry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        buffer.Write([Version, (byte)entry.Kind]);
        Varint.Write(buffer, entry.At.ToUnixTimeMilliseconds());
        Varint.Write(buffer, entry.Account);
        Varint.Write(buffer, entry.Job);
        Varint.Write(buffer, entry.Payee);
        Varint.Write(buffer, entry.Subject);
        Varint.Write(buffer, entry.Epoch);
        Varint.Write(buffer, (int)(entry.Reason ?? 0));
        Varint.Write(buffer, entry.Amount.Nano);
        Write(buffer, entry.PreviousOfAccount);
        Write(buffer, entry.PreviousOfJob);
        Write(buffer, entry.PreviousOfPayee);
        Varint.Write(buffer, entry.Postings.All.Count);
        foreach (var posting in entry.Postings.All)
        {
            Varint.Write(buffer, posting.Account);
            Varint.Write(buffer, (byte)posting.Bucket);
            Varint.Write(buffer, posting.Amount.Nano);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The entry of these bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no entry.</exception>
    public static Entry Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes[0] != Version)
            throw new InvalidDataException("The bytes are no entry that this version can read.");
        try
        {
            return Read(bytes);
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            throw new InvalidDataException($"The bytes are no entry: {e.Message}", e);
        }
    }

    private static Entry Read(ReadOnlySpan<byte> bytes)
    {
        var kind = (EntryKind)bytes[1];
        bytes = bytes[2..];
        return new Entry
        {
            Kind = kind,
            At = DateTimeOffset.FromUnixTimeMilliseconds(Varint.Read(ref bytes)),
            Account = Varint.Read(ref bytes),
            Job = Varint.Read(ref bytes),
            Payee = Varint.Read(ref bytes),
            Subject = Varint.Read(ref bytes),
            Epoch = (int)Varint.Read(ref bytes),
            Reason = Varint.Read(ref bytes) is var reason and not 0 ? (EndReason)reason : null,
            Amount = new Credits(Varint.Read(ref bytes)),
            PreviousOfAccount = ReadPlace(ref bytes),
            PreviousOfJob = ReadPlace(ref bytes),
            PreviousOfPayee = ReadPlace(ref bytes),
            Postings = ReadPostings(ref bytes),
        };
    }

    private static void Write(ArrayBufferWriter<byte> buffer, EntryPlace place)
    {
        Varint.Write(buffer, place.Height);
        if (!place.IsNowhere)
            Varint.Write(buffer, place.Index);
    }

    private static EntryPlace ReadPlace(ref ReadOnlySpan<byte> bytes) =>
        Varint.Read(ref bytes) is var height and not 0 ? new EntryPlace(height, (int)Varint.Read(ref bytes)) : EntryPlace.Nowhere;

    private static Postings ReadPostings(ref ReadOnlySpan<byte> bytes)
    {
        var count = (int)Varint.Read(ref bytes);
        // A posting takes three bytes or more, so a count beyond that is a lie that would only cost memory.
        if (count < 0 || count > bytes.Length / 3)
            throw new InvalidDataException("The bytes are no entry: they name more postings than they hold.");
        var postings = new Posting[count];
        for (var i = 0; i < count; i++)
            postings[i] = new Posting(Varint.Read(ref bytes), (Bucket)Varint.Read(ref bytes), new Credits(Varint.Read(ref bytes)));
        return Postings.Of(postings);
    }
}
