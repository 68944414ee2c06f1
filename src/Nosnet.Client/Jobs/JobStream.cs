using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The life of a job as a Nosnet network streams it, taken up again wherever the connection is lost.</summary>
internal sealed class JobStream
{
    private readonly Api _api;
    private readonly JobAddress _job;
    private readonly Call _call;
    private LogPosition? _position;
    private JobProgress? _progress;

    private JobStream(Api api, JobAddress job, bool logs, LogPosition? from, LogSelection only)
    {
        _api = api;
        _job = job;
        _call = logs ? api.Get($"jobs/{job}/logs").With(("op", only.OperationQuery), ("type", only.KindQuery)) : api.Get($"jobs/{job}/status");
        _position = from;
    }

    /// <summary>All updates, to the end of the job.</summary>
    public static async IAsyncEnumerable<JobUpdate> ReadAsync(
        Api api, JobAddress job, bool logs, LogPosition? from, LogSelection only, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Whoever enumerates twice reads twice: what was seen belongs to one reading.
        await foreach (var update in new JobStream(api, job, logs, from, only).ReadAsync(cancellation).ConfigureAwait(false))
            yield return update;
    }

    private async IAsyncEnumerable<JobUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var outage = new Outage(_api.Connection.Time);
        var heard = false;
        while (true)
        {
            var (stream, cause) = await ConnectAsync(first: !heard, cancellation).ConfigureAwait(false);
            if (stream is null)
            {
                await outage.PauseAsync(cause, cancellation).ConfigureAwait(false);
                continue;
            }
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.NextAsync().ConfigureAwait(false) is { } item)
                {
                    heard = true;
                    outage.Over();
                    if (Read(item) is not { } update)
                        continue;
                    yield return update;
                    if (update is JobEnded)
                        yield break;
                }
            }
            await outage.PauseAsync(null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A connection, or why there is none now. At the first time whoever asks is told at once; later it is taken up again.</summary>
    private async Task<(EventStream? Stream, NosanaException? Cause)> ConnectAsync(bool first, CancellationToken cancellation)
    {
        try
        {
            return (await EventStream.OpenAsync(_api.Transport, _call with { LastEventId = _position?.ToString() }, cancellation).ConfigureAwait(false), null);
        }
        catch (NosanaException e) when (!first && e is NosanaConnectionException or NosanaUnavailableException or { Status: >= 500 })
        {
            return (null, e);
        }
    }

    private JobUpdate? Read(SseItem<string> item) => item.EventType switch
    {
        JobStreamEvents.Status => Moved(item.Data),
        JobStreamEvents.Log => Logged(item),
        JobStreamEvents.End => Ended(item.Data),
        _ => null,
    };

    /// <summary>Every connection begins with where the job stands; only what is new is told.</summary>
    private JobMoved? Moved(string data)
    {
        var progress = Answers.Strictly(_call, Json(data), WireJson.Reading.JobProgress);
        // A state that only a later version knows says nothing to whoever follows with this one.
        if (progress == _progress || !Enum.IsDefined(progress.Status))
            return null;
        _progress = progress;
        return new JobMoved(progress);
    }

    private JobLogged? Logged(SseItem<string> item)
    {
        var entry = Answers.Strictly(_call, Json(item.Data), WireJson.Reading.LogEntry);
        if (!LogPosition.TryParse(item.EventId, null, out var position))
            throw Answers.Unreadable(_call, $"a log entry has the id '{FailureReading.Clean(item.EventId ?? "")}'");
        if (position <= _position)
            return null;
        _position = position;
        return new JobLogged(entry, position);
    }

    private JobEnded Ended(string data) =>
        new(JobReading.Job(Answers.Object(_call, Json(data)), _job)!);

    private JsonElement Json(string data)
    {
        try
        {
            return JsonElement.Parse(data);
        }
        catch (JsonException e)
        {
            throw Answers.Unreadable(_call, "an event of it is not JSON", e);
        }
    }
}
