using System.Text;

namespace Nosnet.Node;

/// <summary>A container's output as it comes from the engine.</summary>
public sealed class ContainerOutput : IAsyncDisposable
{
    /// <summary>
    /// So Podman says, as if the container had written it, that it lost what it attaches to: output that it had not read yet is gone. Where a
    /// container did write it, the engine's log has it.
    /// </summary>
    private static ReadOnlySpan<byte> Complaint => "Error: read unixpacket "u8;

    private readonly FrameReader _frames;
    private readonly IDisposable _connection;
    private readonly bool _isLog;

    /// <param name="frames">What comes.</param>
    /// <param name="connection">Disposed with this.</param>
    /// <param name="isLog">Whether it is the engine's log, which has only what the container wrote.</param>
    internal ContainerOutput(FrameReader frames, IDisposable connection, bool isLog)
    {
        _frames = frames;
        _connection = connection;
        _isLog = isLog;
    }

    /// <summary>The next piece; null at the end.</summary>
    /// <exception cref="EngineException">The connection to the engine broke.</exception>
    public async ValueTask<OutputPiece?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var piece = await _frames.ReadAsync(cancellationToken).ConfigureAwait(false);
            return _isLog || piece is not { Stream: OutputStream.Error } said || !said.Bytes.Span.StartsWith(Complaint)
                ? piece
                : throw new EngineException($"The output of a container broke off: {Encoding.UTF8.GetString(said.Bytes.Span).Trim()}");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException)
        {
            throw new EngineException($"The output of a container broke off: {e.Message}", e);
        }
    }

    /// <summary>Hangs up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _frames.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }
}
