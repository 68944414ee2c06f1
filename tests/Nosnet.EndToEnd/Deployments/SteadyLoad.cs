using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Nosnet.EndToEnd;

/// <summary>So many requests a second to the test service, whether those before are answered or not: downloads and uploads in turn.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http;
    private readonly string _url;
    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _asking;
    private int _answered;

    public SteadyLoad(HttpClient http, string url, int perSecond)
    {
        _http = http;
        _url = url;
        _asking = Task.Run(() => AskAsync(perSecond));
    }

    /// <summary>How many were answered as they should be.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>What became of the others.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until so many more are answered, or one is not.</summary>
    public async Task GoesOnAsync(int requests)
    {
        var enough = Answered + requests;
        using var pause = new PeriodicTimer(Tick);
        while (Answered < enough && _failures.IsEmpty)
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks no more, and waits for what is under way.</summary>
    public async Task EndAsync()
    {
        await _enough.CancelAsync();
        await _asking;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _enough.Dispose();
    }

    private async Task AskAsync(int perSecond)
    {
        var open = new List<Task>();
        var begun = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(Tick);
        for (var asked = 0; !_enough.IsCancellationRequested; await tick.WaitForNextTickAsync())
        {
            for (var due = TimeProvider.System.GetElapsedTime(begun).TotalSeconds * perSecond; asked < due; asked++)
                open.Add(CountAsync(asked % 2 == 0 ? DownloadAsync() : UploadAsync(asked)));
            open.RemoveAll(static task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(open);
    }

    private async Task CountAsync(Task<string?> request)
    {
        try
        {
            if (await request is { } wrong)
                _failures.Enqueue(wrong);
            else
                Interlocked.Increment(ref _answered);
        }
        catch (HttpRequestException failure)
        {
            _failures.Enqueue($"{failure}");
        }
    }

    private async Task<string?> DownloadAsync()
    {
        using var answer = await _http.GetAsync(new Uri(_url));
        return await WrongAsync(answer, "hello");
    }

    private async Task<string?> UploadAsync(int number)
    {
        var body = BitConverter.GetBytes(number);
        using var content = new ByteArrayContent(body);
        using var answer = await _http.PostAsync(new Uri($"{_url}/sum"), content);
        return await WrongAsync(answer, Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    private static async Task<string?> WrongAsync(HttpResponseMessage answer, string expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode && text == expected ? null : $"{answer.RequestMessage!.Method}: {answer.StatusCode} {text}";
    }
}
