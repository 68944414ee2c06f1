using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The life of a deployment as its network streams it, taken up again wherever the connection is lost.</summary>
internal static class DeploymentStream
{
    public static async IAsyncEnumerable<StreamFrame> ReadAsync(Api api, DeploymentAddress deployment, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var call = api.Get($"deployments/{deployment}/stream");
        var outage = new Outage(api.Connection.Time);
        var heard = false;
        string? last = null;
        while (true)
        {
            NosanaException? cause = null;
            EventStream? stream = null;
            try
            {
                stream = await EventStream.OpenAsync(api.Transport, call with { LastEventId = last }, cancellation).ConfigureAwait(false);
            }
            catch (NosanaNotFoundException) when (heard)
            {
                yield break;
            }
            catch (NosanaException e) when (heard && e is NosanaConnectionException or NosanaUnavailableException or { Status: >= 500 })
            {
                cause = e;
            }

            if (stream is not null)
            {
                await using (stream.ConfigureAwait(false))
                {
                    while (await stream.NextAsync().ConfigureAwait(false) is { } item)
                    {
                        heard = true;
                        last = item.EventId ?? last;
                        outage.Over();
                        if (Read(call, item) is { } frame)
                            yield return frame;
                    }
                }
            }

            await outage.PauseAsync(cause, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The frame; null where it is of a kind, or says a word, that this version does not know.</summary>
    private static StreamFrame? Read(Call call, SseItem<string> item)
    {
        try
        {
            var json = JsonElement.Parse(item.Data);
            if (new WireObject(json).Text("type") is not ("deployment" or "job" or "event" or "task" or "endpoint"))
                return null;
            var frame = Answers.Strictly(call, json, WireJson.Reading.StreamFrame);
            return frame switch
            {
                DeploymentFrame { Status: var status } => Enum.IsDefined(status),
                DeploymentTaskFrame { Task: var task } => Enum.IsDefined(task),
                _ => true,
            } ? frame : null;
        }
        catch (JsonException e)
        {
            throw Answers.Unreadable(call, "an event of it is not JSON", e);
        }
    }
}
