using System.Runtime.CompilerServices;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What happens to the account and its jobs, as it happens. Nosnet networks only.</summary>
public sealed class EventsClient
{
    private readonly Api _api;

    internal EventsClient(Api api) => _api = api;

    /// <summary>
    /// Every event of the account, without end, taken up again by itself where the connection is lost: none is missed, and none comes twice.
    /// To go on after a restart of your own, keep <see cref="AccountEvent.Id"/> of the last one that you have dealt with.
    /// </summary>
    /// <param name="after">The id of an event, to begin with the one behind it; <see cref="AccountEvents.First"/> for all that ever happened; what happens from now on unless told.</param>
    /// <param name="account">For the operator: whose; the caller's own unless told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NosanaException">The network refuses, or was not heard for ten minutes.</exception>
    public async IAsyncEnumerable<AccountEvent> StreamAsync(string? after = null, AccountAddress? account = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var outage = new Outage(_api.Connection.Time);
        var call = _api.Get($"events").With(("account", account), ("after", after));
        var last = (string?)null;
        while (true)
        {
            var (stream, cause) = await ConnectAsync(call with { LastEventId = last }, first: last is null, cancellationToken).ConfigureAwait(false);
            if (stream is not null)
            {
                await using (stream.ConfigureAwait(false))
                {
                    while (await stream.NextAsync().ConfigureAwait(false) is { } item)
                    {
                        outage.Over();
                        last = item.EventId ?? last;
                        if (item.EventType == AccountEvents.Event)
                            yield return Read(call, item.Data);
                    }
                }
            }

            await outage.PauseAsync(cause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A connection, or why there is none now. At the first time whoever asks is told at once; later it is taken up again.</summary>
    private async Task<(EventStream? Stream, NosanaException? Cause)> ConnectAsync(Call call, bool first, CancellationToken cancellation)
    {
        try
        {
            return (await EventStream.OpenAsync(_api.Transport, call, cancellation).ConfigureAwait(false), null);
        }
        catch (NosanaException e) when (!first && e is NosanaConnectionException or NosanaUnavailableException or { Status: >= 500 })
        {
            return (null, e);
        }
    }

    private static AccountEvent Read(Call call, string data)
    {
        try
        {
            return Answers.Strictly(call, JsonElement.Parse(data), WireJson.Reading.AccountEvent);
        }
        catch (JsonException e)
        {
            throw Answers.Unreadable(call, "an event of it is not JSON", e);
        }
    }
}
