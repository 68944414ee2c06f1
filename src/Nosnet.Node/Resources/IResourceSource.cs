namespace Nosnet.Node;

/// <summary>Where the files of a resource come from.</summary>
internal interface IResourceSource
{
    /// <summary>What it is, for people; no credentials.</summary>
    string Name { get; }

    /// <summary>Everything that decides what is read and in whose name, credentials included; only ever used as a hash.</summary>
    string Key { get; }

    /// <summary>The files that there are now.</summary>
    /// <exception cref="ResourceException">They cannot be told.</exception>
    Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>Several that share one target. Where two have a file of the same name, the later one counts.</summary>
internal sealed class CombinedSource(IReadOnlyList<IResourceSource> sources) : IResourceSource
{
    public string Name => string.Join(", ", sources.Select(source => source.Name));

    public string Key => string.Join('\0', sources.Select(source => ResourceIds.Hash(source.Key)));

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<ResourcePath, RemoteFile>();
        foreach (var source in sources)
        {
            foreach (var file in await source.ListAsync(cancellationToken).ConfigureAwait(false))
                files[file.Path] = file;
        }
        return [.. files.Values];
    }

    /// <summary>One of them all; the one itself where there is only one.</summary>
    public static IResourceSource Of(IReadOnlyList<IResourceSource> sources) => sources is [var only] ? only : new CombinedSource(sources);
}
