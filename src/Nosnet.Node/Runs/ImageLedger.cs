using System.Text.Json;

namespace Nosnet.Node;

/// <summary>Which images a node has pulled, how large they are and when they were last of use, as it stands on disk.</summary>
internal sealed class ImageLedger
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedItem> _items = new(StringComparer.Ordinal);

    public ImageLedger(string path)
    {
        _path = path;
        try
        {
            foreach (var item in JsonSerializer.Deserialize(File.ReadAllBytes(path), CacheJson.Default.CachedItemArray) ?? [])
                _items[item.Id] = item;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Not there yet, or not to be read: what stood in it counts as pulled by someone else.
        }
    }

    public IReadOnlyList<CachedItem> Items
    {
        get
        {
            lock (_lock)
                return [.. _items.Values];
        }
    }

    public void Add(CachedItem item) => Change(() => _items[item.Id] = item);

    /// <summary>It was of use; nothing happens where it is not here.</summary>
    public void Touch(string image, DateTimeOffset now)
    {
        if (Items.FirstOrDefault(item => item.Id == image) is { } item)
            Add(item with { LastUsed = now });
    }

    public void Remove(string image) => Change(() => _items.Remove(image));

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            try
            {
                File.WriteAllBytes(_path + ".next", JsonSerializer.SerializeToUtf8Bytes([.. _items.Values], CacheJson.Default.CachedItemArray));
                File.Move(_path + ".next", _path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No job fails for that; a later process leaves alone what it does not know to be its own.
            }
        }
    }
}
