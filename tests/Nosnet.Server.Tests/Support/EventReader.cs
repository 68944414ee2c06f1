using System.Net.Http.Headers;
using System.Text.Json;

namespace Nosnet.Server.Tests;

/// <summary>Reads a stream of server-sent events as a client would.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public static async Task<EventReader> OpenAsync(TestNetwork network, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(network.Server.Url + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNetwork.OperatorKey);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await network.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestNetwork.Cancellation);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestNetwork.Cancellation)));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<ServerEvent?> NextAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestNetwork.Cancellation);
        deadline.CancelAfter(Eventually.Deadline);
        var (name, id) = ("", (string?)null);
        while (await _reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(": ", StringComparison.Ordinal))
                return new ServerEvent(":", null, default);
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return new ServerEvent(name, id, JsonElement.Parse(line[6..]));
        }

        return null;
    }

    public async Task<ServerEvent> NextAsync(string name, Func<JsonElement, bool>? that = null)
    {
        while (await NextAsync() is { } found)
            if (found.Name == name && (that is null || that(found.Data)))
                return found;
        throw new EndOfStreamException($"The stream ended without an event '{name}' as awaited.");
    }

    public async Task<List<ServerEvent>> RestAsync()
    {
        var events = new List<ServerEvent>();
        while (await NextAsync() is { } next)
            events.Add(next);
        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}

internal sealed record ServerEvent(string Name, string? Id, JsonElement Data)
{
    public string? Message => Data.GetProperty("message").GetString();
}
