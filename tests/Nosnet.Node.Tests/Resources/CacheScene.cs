using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>A hub, and a cache that downloads from it.</summary>
internal sealed class CacheScene : IAsyncDisposable
{
    private readonly List<ResourceHttp> _https = [];

    private readonly TimeProvider _time;

    private CacheScene(TimeProvider time) => _time = time;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("nosnet-cache-").FullName;

    public TestHub Hub { get; } = new();

    public ResourceCache Cache { get; private set; } = null!;

    public ResourceHttp Http { get; private set; } = null!;

    /// <summary>What volumes show.</summary>
    public HashSet<string> Shown { get; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<CacheScene> NewAsync(long bound = 1024 * 1024 * 1024, bool isHasty = false)
    {
        var scene = new CacheScene(isHasty ? new HastyTime() : TimeProvider.System);
        await scene.Hub.StartAsync();
        scene.Open(bound);
        return scene;
    }

    /// <summary>Opens the directory as the process does that comes after.</summary>
    public void Open(long bound = 1024 * 1024 * 1024)
    {
        Http = new ResourceHttp(new OutboundRules([Hub.Url, Hub.Cdn], []), _time);
        _https.Add(Http);
        Cache = new ResourceCache(Directory, bound, Http, _ => Task.FromResult<IReadOnlySet<string>>(Shown), _time);
    }

    public IResourceSource Model(params string[] files) => Model(new HuggingFaceResource { Repo = "owner/model", Target = "/m", Files = [.. files] });

    public IResourceSource Model(HuggingFaceResource resource) => new HuggingFaceSource(Http, Hub.Url, resource);

    public IResourceSource Ollama(string model) => new OllamaSource(Http, Hub.Url, model);

    public IResourceSource Store(string url, params string[] files) => new S3Source(Http, TimeProvider.System, url, null, files, null);

    public Task<CacheLease> AcquireAsync(IResourceSource source, IProgress<ResourceStep>? progress = null, CancellationToken? cancelled = null) =>
        Cache.AcquireAsync(source, progress ?? new Steps(), cancelled ?? Cancelled);

    /// <summary>Waits until a download that was broken off has let go of its files, as a process that is killed does at once.</summary>
    public async Task LetGoAsync()
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (System.IO.Directory.EnumerateFiles(Directory, "*.part", SearchOption.AllDirectories).Any(IsHeld))
            await pause.WaitForNextTickAsync(Cancelled);
    }

    /// <summary>The files below a directory, by their paths in it.</summary>
    public static Dictionary<string, byte[]> Read(string directory) =>
        System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(directory, file), File.ReadAllBytes);

    public async ValueTask DisposeAsync()
    {
        Hub.Gate?.TrySetResult();
        foreach (var http in _https)
            http.Dispose();
        await Hub.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static bool IsHeld(string file)
    {
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Pauses between tries are a hundredth of what they are.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.FromSeconds(20) ? dueTime : dueTime / 100, period);
    }

    public sealed class Steps : IProgress<ResourceStep>
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<ResourceStep> All { get; } = [];

        /// <summary>Completes when the first bytes have come.</summary>
        public Task Began => _began.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        public void Report(ResourceStep value)
        {
            All.Add(value);
            if (value.Bytes > 0)
                _began.TrySetResult();
        }
    }
}
