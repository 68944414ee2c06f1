namespace Nosnet.Node;

/// <summary>Which of the engine's images came with a login, by name and by id: a list on disk, so that a restart opens them to nobody.</summary>
internal sealed class PrivateImages
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private HashSet<string> _images;

    private PrivateImages(string path)
    {
        _path = path;
        _images = new HashSet<string>(File.Exists(path) ? File.ReadAllLines(path) : [], StringComparer.Ordinal);
    }

    public static PrivateImages Open(string directory) => new(Path.Combine(directory, "private-images"));

    public bool Contains(string image)
    {
        lock (_lock)
            return _images.Contains(image);
    }

    /// <summary>When it returns, it is on disk; where that fails, nothing has changed.</summary>
    public void Add(string image)
    {
        lock (_lock)
        {
            if (!_images.Contains(image))
                SaveNeedsLock([.. _images, image]);
        }
    }

    /// <summary>Whoever asked got it without a login.</summary>
    public void Remove(string name, string? id)
    {
        lock (_lock)
        {
            if (_images.Contains(name) || id is not null && _images.Contains(id))
                SaveNeedsLock([.. _images.Where(image => image != name && image != id)]);
        }
    }

    private void SaveNeedsLock(HashSet<string> images)
    {
        WholeFile.Write(_path, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', images)));
        _images = images;
    }
}
