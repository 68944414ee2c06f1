using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>
/// Somebody who posts, extends and stops jobs and gives credits, one thing after the other on one connection, and remembers what he was
/// told. What he asks for under a key he asks for until there is an answer, everything else once.
/// </summary>
internal sealed class LoadUser(AccountAddress account, string key, string operatorKey, Cid definition, Random random, Uri server) : IDisposable
{
    private const int InBatch = 10;
    private const int MostJobsKept = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly List<JobAddress> _jobs = [];
    private long _number;
    private int _answers;

    /// <summary>Posts, extensions and grants.</summary>
    public List<Asked> Asked { get; } = [];

    public List<StopTold> Stops { get; } = [];

    /// <summary>Answers that no crash excuses.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How many answers came so far.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Goes on until cancelled, and to the end of what is under way then.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await (random.Next(100) switch
            {
                < 40 => PostAsync(isKeyed: random.Next(2) == 0),
                < 55 => PostManyAsync(),
                < 70 => ExtendAsync(isKeyed: random.Next(2) == 0),
                < 85 => StopAsync(isKeyed: random.Next(2) == 0),
                < 90 => StopManyAsync(),
                _ => GrantAsync(isKeyed: random.Next(2) == 0),
            });
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(bool isKeyed)
    {
        var (asked, body) = NewPost();
        if (Take(await SendAsync("/api/jobs/list", body, key, isKeyed), asked) is { } answer)
            Remember(asked, answer);
    }

    private async Task PostManyAsync()
    {
        var posts = Enumerable.Range(0, InBatch).Select(_ => NewPost()).ToList();
        var answer = await SendAsync("/api/jobs/list/batch", $$"""{"jobs":[{{string.Join(',', posts.Select(p => p.Body))}}]}""", key, isKeyed: true);
        if (answer?.Body is not { } body)
            return;
        foreach (var (post, item) in posts.Zip(body.GetProperty("items").EnumerateArray()))
        {
            if (Take(new Answer(item.GetProperty("status").GetString() == "confirmed", item), post.Asked) is { } posted)
                Remember(post.Asked, posted);
        }
    }

    private async Task ExtendAsync(bool isKeyed)
    {
        if (_jobs.Count == 0)
            return;
        var job = _jobs[random.Next(_jobs.Count)];
        var seconds = NextSeconds();
        var asked = Ask(EntryKind.JobExtended, LoadMarket.PriceOf(seconds));
        asked.Job = job;
        Take(await SendAsync($"/api/jobs/{job}/extend", Text($$"""{"seconds":{{seconds}}}"""), key, isKeyed), asked);
    }

    private async Task StopAsync(bool isKeyed)
    {
        if (_jobs.Count == 0)
            return;
        var job = TakeJob();
        if (await SendAsync($"/api/jobs/{job}/stop", "", key, isKeyed) is { IsDone: true, Body: var answer })
            Remember(job, answer);
    }

    private async Task StopManyAsync()
    {
        if (_jobs.Count < InBatch)
            return;
        var jobs = Enumerable.Range(0, InBatch).Select(_ => TakeJob()).ToList();
        var answer = await SendAsync("/api/jobs/stop/batch", $$"""{"jobs":[{{string.Join(',', jobs.Select(j => $$"""{"jobAddress":"{{j}}"}"""))}}]}""", key, isKeyed: true);
        if (answer?.Body is not { } body)
            return;
        foreach (var (job, item) in jobs.Zip(body.GetProperty("items").EnumerateArray()))
            Remember(job, item);
    }

    private async Task GrantAsync(bool isKeyed)
    {
        var asked = Ask(EntryKind.CreditsGranted, LoadMarket.PriceOf(NextSeconds()));
        var amount = (asked.Amount.Nano / 1e9m).ToString(CultureInfo.InvariantCulture);
        Take(await SendAsync("/api/credits/grant", $$"""{"account":"{{account}}","amount":{{amount}}}""", operatorKey, isKeyed), asked);
    }

    private (Asked Asked, string Body) NewPost()
    {
        var seconds = NextSeconds();
        return (Ask(EntryKind.JobPosted, LoadMarket.PriceOf(seconds)), Text($$"""{"ipfsHash":"{{definition}}","market":"{{LoadMarket.Slug}}","timeout":{{seconds}}}"""));
    }

    private long NextSeconds() => 1_000 + ++_number;

    private Asked Ask(EntryKind kind, Credits amount)
    {
        var asked = new Asked(kind, account, amount);
        Asked.Add(asked);
        return asked;
    }

    private JobAddress TakeJob()
    {
        var index = random.Next(_jobs.Count);
        var job = _jobs[index];
        _jobs.RemoveAt(index);
        return job;
    }

    private static JsonElement? Take(Answer? answer, Asked asked)
    {
        if (answer is not { } known)
            return null;
        asked.Told = known.IsDone ? Told.Done : Told.Refused;
        if (!known.IsDone)
            return null;
        asked.Tx = ReadTx(known.Body)!.Value;
        return known.Body;
    }

    private void Remember(Asked asked, JsonElement posted)
    {
        asked.Job = JobAddress.Parse(posted.GetProperty("job").GetString()!);
        _jobs.Add(asked.Job);
        if (_jobs.Count > MostJobsKept)
            _jobs.RemoveAt(0);
    }

    private void Remember(JobAddress job, JsonElement stopped)
    {
        if (ReadTx(stopped) is { } tx)
            Stops.Add(new StopTold(job, tx));
    }

    private static Tx? ReadTx(JsonElement answer) =>
        answer.TryGetProperty("tx", out var text) && Tx.TryParse(text.GetString(), out var tx) ? tx : null;

    /// <summary>What was answered; null where the answer was lost and what was asked has no key to ask again with.</summary>
    private async Task<Answer?> SendAsync(string path, string body, string bearer, bool isKeyed)
    {
        var idempotencyKey = isKeyed ? Guid.NewGuid().ToString() : null;
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
                if (isKeyed)
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await _http.SendAsync(request);
                var answer = await response.Content.ReadAsByteArrayAsync();
                switch (response.StatusCode)
                {
                    case HttpStatusCode.OK:
                        Interlocked.Increment(ref _answers);
                        return new Answer(true, JsonElement.Parse(answer));
                    case HttpStatusCode.TooManyRequests:
                        break;
                    case HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null && !isKeyed:
                        return null;
                    case HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null:
                        break;
                    default:
                        if ((int)response.StatusCode >= 500)
                            Faults.Add($"{(int)response.StatusCode} {path}: {Encoding.UTF8.GetString(answer)}");
                        return new Answer(false, default);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException or TaskCanceledException)
            {
                // Whoever was not reached has done nothing. A connection that is reset while it is made comes as what the socket said.
                if (!isKeyed && failure is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                    return null;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Answer(bool IsDone, JsonElement Body);
}
