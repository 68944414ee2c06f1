using System.Net.Http.Headers;

namespace Nosnet.Client;

/// <summary>Makes calls: follows redirects, retries reads, keeps the time, and turns whatever is not a success into an exception.</summary>
internal sealed class Transport(Connection connection, Func<HttpClient> http)
{
    private const int MaxRedirects = 5;
    private const int MaxErrorBytes = 64 * 1024;

    public Connection Connection => connection;

    /// <summary>Makes a call and hands its answer, a success, to <paramref name="read"/>, which owns it from then on.</summary>
    public async Task<T> RunAsync<T>(Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(connection.Timeout, connection.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await AttemptAsync(call, read, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new NosanaConnectionException($"No answer to {call} within {connection.Timeout.TotalSeconds:0.###} s.", call, e);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested && e.CancellationToken != cancellation)
        {
            // Whoever gave up knows it by their own token.
            throw new TaskCanceledException(e.Message, e, cancellation);
        }
    }

    private async Task<T> AttemptAsync<T>(Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var mayBeDone = false;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? wait;
            try
            {
                var response = await SendAsync(call, cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return await read(response, cancellation).ConfigureAwait(false);
                using (response)
                {
                    var failure = await FailureAsync(response, cancellation).ConfigureAwait(false);
                    wait = RetryRule.Wait(call, attempt, failure) ?? throw (mayBeDone && failure.Status is 429 or >= 500 ? LostBefore(call, failure) : failure.ToException());
                }
            }
            catch (Exception e) when (Loss.Is(e))
            {
                mayBeDone |= !call.Reads && !Loss.NeverArrived(e);
                wait = RetryRule.Wait(call, attempt, null) ?? throw Loss.Of(call, e, mayBeDone);
            }
            await Task.Delay(wait.Value, connection.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellation)
    {
        var url = call.Url;
        for (var hop = 0; ; hop++)
        {
            using var request = call.ToRequest(url);
            var response = await http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return response;
            using (response)
                url = Redirected(call, url, response.Headers.Location, hop);
        }
    }

    private static Uri Redirected(Call call, Uri from, Uri? location, int hop)
    {
        if (location is null || !Uri.TryCreate(from, location, out var to) || to.Scheme is not ("http" or "https"))
            throw new NosanaException($"{call} was redirected to nowhere; check the URL.");
        if (!call.Reads || !(call.MayLeaveHost || Connection.SameOrigin(from, to)))
            throw new NosanaException($"{call} was redirected to {to.GetLeftPart(UriPartial.Path)}; if that is the network's address, use it as the URL.");
        return hop < MaxRedirects ? to : throw new NosanaException($"{call} was redirected more than {MaxRedirects} times; check the URL.");
    }

    private async Task<Failure> FailureAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = "";
        try
        {
            body = await BoundedReading.TextAsync(response.Content, MaxErrorBytes, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Loss.Is(e))
        {
            // The status alone says that it was refused; the sentence is lost with the connection.
        }
        return FailureReading.Read((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body) with
        {
            RetryAfter = Wait(response.Headers.RetryAfter),
        };
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - connection.Time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Where an answer was lost before, a network that is busy now leaves open what became of it. A refusal does not: nothing was done.</summary>
    private static NosanaConnectionException LostBefore(Call call, Failure failure) =>
        new($"The connection was lost during {call}, and asked again, the network answered: {failure.Message}", call, failure.ToException());
}
