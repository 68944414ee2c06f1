using System.Net;
using System.Net.Http.Headers;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// The calls of a node to the endpoints that a confidential job names ("api"), with the job's address signed by the node's key. They go where
/// downloads may go, and to the node's own server.
/// </summary>
internal sealed class LogisticsCalls(RunSettings settings, TimeProvider time) : IDisposable
{
    private const int Attempts = 4;
    private const int MostRefusal = 64 * 1024;
    private const string JobLiteral = "%%global.job%%";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CallTime = TimeSpan.FromMinutes(1);

    private readonly ResourceHttp _http = new(new OutboundRules(settings.Server is { } server ? [server] : [], settings.Resources.AllowedHosts), time);

    /// <summary>Asks for the definition of a job.</summary>
    /// <exception cref="LogisticsException">It does not come.</exception>
    public Task<byte[]> GetDefinitionAsync(string endpoint, JobAddress job, CancellationToken cancellationToken) => CallAsync(
        "The job's definition", HttpMethod.Get, endpoint, job, null, DefinitionLimits.Bytes, cancellationToken);

    /// <summary>Delivers the result of a job.</summary>
    /// <exception cref="LogisticsException">It is not taken.</exception>
    public Task DeliverAsync(string endpoint, JobAddress job, byte[] result, CancellationToken cancellationToken) => CallAsync(
        "The job's result", HttpMethod.Post, endpoint, job, result, MostRefusal, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> CallAsync(
        string what, HttpMethod method, string endpoint, JobAddress job, byte[]? body, int most, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(endpoint.Replace(JobLiteral, job.ToString(), StringComparison.Ordinal), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new LogisticsException($"{what} cannot travel: its endpoint is no URL that begins with http:// or https://.", ResultStatus.LogisticsError);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallAsync(what, method, url, job, body, most, cancellationToken).ConfigureAwait(false);
            }
            catch (ResourceException e) when (body is not null && e.Status is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
            {
                throw new LogisticsException($"{what} could not travel: its endpoint sends it on to another address, and what is delivered is not sent on. Name that address itself.", ResultStatus.LogisticsError, e);
            }
            catch (Exception e) when (e is ResourceException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Where it was is the owner's own affair: what is said here is pinned for everybody.
                if (attempt == Attempts)
                    throw new LogisticsException($"{what} could not travel: its endpoint did not take part in {Attempts} attempts.", ResultStatus.LogisticsError, e);
            }
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]> CallAsync(string what, HttpMethod method, Uri url, JobAddress job, byte[]? body, int most, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CallTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var request = new HttpRequestMessage(method, url);
        if (settings.Sign is { } sign)
            request.Headers.TryAddWithoutValidation("Authorization", sign(job.ToString()));
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.SendAsync(what, request, either.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw ResourceException.Refused(what, response);
        return await _http.ReadAsync(what, response, most, either.Token).ConfigureAwait(false);
    }
}
