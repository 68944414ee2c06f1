using System.Net.Sockets;

namespace Nosnet.Storage.Tests;

/// <summary>Stands between a store and PostgreSQL, and cuts a connection when told to: after the database has answered, before anybody hears it.</summary>
internal sealed class Relay : IDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _database;
    private volatile bool _swallows;

    /// <param name="database">The directory of the database's socket.</param>
    public Relay(string database)
    {
        _database = new UnixDomainSocketEndPoint(Path.Combine(database, SocketName));
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Directory, SocketName)));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("nosnet-relay-").FullName;

    public void SwallowNextAnswer() => _swallows = true;

    public void Dispose()
    {
        _listener.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed of.
        }
    }

    private async Task CarryAsync(Socket store)
    {
        using (store)
        {
            using var database = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await database.ConnectAsync(_database);
            await Task.WhenAny(CopyAsync(store, database, areAnswers: false), CopyAsync(database, store, areAnswers: true));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool areAnswers)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is var length and > 0)
            {
                if (areAnswers && _swallows)
                {
                    _swallows = false;
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, length));
            }
        }
        catch (SocketException)
        {
            // One end has gone; the other follows.
        }
    }
}
