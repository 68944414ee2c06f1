namespace Nosnet.Node;

/// <summary>A container's output as it comes from the engine.</summary>
public sealed class ContainerOutput : IAsyncDisposable
{
    private readonly FrameReader _frames;
    private readonly IDisposable _connection;

    internal ContainerOutput(FrameReader frames, IDisposable connection)
    {
        _frames = frames;
        _connection = connection;
    }

    /// <summary>The next piece; null at the end.</summary>
    /// <exception cref="EngineException">The connection to the engine broke.</exception>
    public async ValueTask<OutputPiece?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _frames.ReadAsync(cancellationToken).ConfigureAwait(false);
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
