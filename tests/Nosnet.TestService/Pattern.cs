using System.Buffers.Binary;

namespace Nosnet.TestService;

/// <summary>Bytes that whoever sends and whoever receives can make, no piece of which is like another.</summary>
public static class Pattern
{
    public const int Piece = 64 * 1024;

    public static async Task WriteAsync(Stream stream, long count, CancellationToken cancellation)
    {
        var piece = new byte[Piece];
        new Random(1).NextBytes(piece);
        for (long at = 0; at < count; at += Piece)
        {
            BinaryPrimitives.WriteInt64LittleEndian(piece, at);
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(Piece, count - at)), cancellation);
        }
    }
}
