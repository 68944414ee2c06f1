namespace Nosnet.Node;

/// <summary>How far the pull of an image is.</summary>
/// <param name="Layers">How many layers are known so far.</param>
/// <param name="LayersDone">How many of them are there.</param>
/// <param name="Bytes">How many bytes have come, where the engine counts them.</param>
/// <param name="TotalBytes">Of how many that are announced.</param>
public readonly record struct PullStep(int Layers, int LayersDone, long Bytes, long TotalBytes);

/// <summary>Adds up what an engine says of the single layers of an image.</summary>
internal sealed class PullTally
{
    // A registry that announces layers without end would fill the memory with them.
    private const int MaxLayers = 10_000;

    private readonly Dictionary<string, Layer> _layers = new(StringComparer.Ordinal);

    /// <summary>Takes one message of the engine; null where it is not about a layer.</summary>
    public PullStep? Take(string? id, string? status, long? current, long? total)
    {
        if (string.IsNullOrEmpty(id) || status is null || (_layers.Count >= MaxLayers && !_layers.ContainsKey(id)))
            return null;
        var layer = _layers.GetValueOrDefault(id);
        if (status is "Pull complete" or "Download complete" or "Already exists" or "Download Completed")
            layer = layer with { Done = true, Bytes = Math.Max(layer.Bytes, layer.Total) };
        else if (status is "Downloading" or "Downloading layer")
            layer = layer with { Bytes = Math.Max(layer.Bytes, current ?? 0), Total = Math.Max(layer.Total, total ?? 0) };
        else if (status is not ("Pulling fs layer" or "Waiting" or "Verifying Checksum" or "Extracting"))
            return null;
        _layers[id] = layer;
        return new PullStep(
            _layers.Count, _layers.Values.Count(l => l.Done), _layers.Values.Sum(l => l.Bytes), _layers.Values.Sum(l => l.Total));
    }

    private readonly record struct Layer(bool Done, long Bytes, long Total);
}
