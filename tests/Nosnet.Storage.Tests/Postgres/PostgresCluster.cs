using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

[assembly: AssemblyFixture(typeof(Nosnet.Storage.Tests.PostgresCluster))]

namespace Nosnet.Storage.Tests;

/// <summary>A PostgreSQL of its own for a run of tests, started when the first test asks for a database and stopped after the last.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly string Binaries = FindBinaries();

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-pg-").FullName;
    private readonly string? _disk;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private bool _isMade;
    private int _databases;

    public PostgresCluster()
    {
    }

    private PostgresCluster(string disk) => _disk = disk;

    private string Data => Path.Combine(_disk ?? _directory, "data");
    private string Log => Path.Combine(_directory, "wal");

    /// <summary>One that has its tables on a disk of their own, and its log elsewhere.</summary>
    public static PostgresCluster On(string disk) => new(disk);

    /// <summary>Makes an empty database and gives the connection string to it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (!_isMade)
                await MakeAsync();
            var name = string.Create(CultureInfo.InvariantCulture, $"network_{++_databases}");
            await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
            await using var create = source.CreateCommand($"CREATE DATABASE {name}");
            await create.ExecuteNonQueryAsync();
            return ConnectionString(name);
        }
        finally
        {
            _starting.Release();
        }
    }

    public Task StartAsync() => RunAsync("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_directory, "log"), "-o", $"-k {_directory}", "start");

    /// <summary>Ends it as an operator would, disconnecting everybody.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "-D", Data, "-w", "-m", "fast", "stop");

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        var about = await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"));
        using var postmaster = Process.GetProcessById(int.Parse(about[0], CultureInfo.InvariantCulture));
        postmaster.Kill(entireProcessTree: true);
        await postmaster.WaitForExitAsync();
        // The next one refuses to start while any of its processes still holds the memory that they shared.
        var memory = about[6].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        while (await IsHeldAsync(memory))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await RunAsync("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        Directory.Delete(_directory, recursive: true);
        _starting.Dispose();
    }

    private async Task MakeAsync()
    {
        // The server refuses to run as root.
        if (Environment.IsPrivilegedProcess)
            await ExecuteAsync("chown", ["postgres", _directory]);
        await RunAsync("initdb", "-D", Data, "-X", Log, "-U", "nosnet", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        // Without fsync: no test here cuts the power of the machine.
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), "\nlisten_addresses = ''\nfsync = off\nmax_connections = 200\nshared_buffers = 32MB\n");
        await StartAsync();
        _isMade = true;
    }

    /// <summary>Whether a process is attached to this segment of shared memory.</summary>
    private static async Task<bool> IsHeldAsync(string segment) =>
        (await File.ReadAllLinesAsync("/proc/sysvipc/shm")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Any(fields => fields[1] == segment && fields[6] != "0");

    private string ConnectionString(string database) => $"Host={_directory};Username=nosnet;Database={database}";

    private static Task RunAsync(string tool, params string[] arguments)
    {
        var path = Path.Combine(Binaries, tool);
        return Environment.IsPrivilegedProcess ? ExecuteAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : ExecuteAsync(path, arguments);
    }

    private static async Task ExecuteAsync(string path, IEnumerable<string> arguments)
    {
        // What the server inherits stays open as long as it lives, so nothing of it is read here.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", path, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{path} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static string FindBinaries()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            throw new PlatformNotSupportedException("The tests start PostgreSQL on Linux only.");
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed. Run eng/postgres.sh.");
    }
}
