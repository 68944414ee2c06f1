using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Nosnet.Perf;

/// <summary>A PostgreSQL of its own as Debian sets one up, its commits on disk before they are answered.</summary>
internal sealed partial class Postgres : IAsyncDisposable
{
    private static readonly string Binaries = FindBinaries();

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-perf-pg-").FullName;
    private int _databases;

    private Postgres()
    {
    }

    public static string Version => Machine.VersionOf(Path.Combine(Binaries, "postgres"));

    private string Data => Path.Combine(_directory, "data");

    public static async Task<Postgres> StartAsync()
    {
        var postgres = new Postgres();
        // The server refuses to run as root.
        if (Environment.IsPrivilegedProcess)
            await ExecuteAsync("chown", ["postgres", postgres._directory]);
        await RunAsync("initdb", "-D", postgres.Data, "-U", "nosnet", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await File.AppendAllTextAsync(Path.Combine(postgres.Data, "postgresql.conf"), "\nlisten_addresses = ''\nmax_connections = 200\n");
        await RunAsync("pg_ctl", "-D", postgres.Data, "-w", "-l", Path.Combine(postgres._directory, "log"), "-o", $"-k {postgres._directory}", "start");
        return postgres;
    }

    /// <summary>Makes an empty database, and says how Npgsql finds it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"database_{++_databases}");
        await using var source = NpgsqlDataSource.Create($"Host={_directory};Username=nosnet;Database=postgres;Pooling=false");
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return $"Host={_directory};Username=nosnet;Database={name}";
    }

    /// <summary>How others find a database that <see cref="NewDatabaseAsync"/> has made.</summary>
    public static string UrlOf(string connectionString)
    {
        var about = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{about.Username}@/{about.Database}?host={Uri.EscapeDataString(about.Host!)}";
    }

    /// <summary>Transactions a second that pgbench makes of a script.</summary>
    public static async Task<double> BenchAsync(string connectionString, string script, int clients, TimeSpan time)
    {
        var about = new NpgsqlConnectionStringBuilder(connectionString);
        string[] arguments =
        [
            "-n", "-M", "prepared", "-c", clients.ToString(CultureInfo.InvariantCulture), "-j", "2", "-T", time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
            "-f", script, "-h", about.Host!, "-U", about.Username!, about.Database!,
        ];
        using var process = Process.Start(new ProcessStartInfo("pgbench", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        Directory.Delete(_directory, recursive: true);
    }

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

    private static string FindBinaries() =>
        Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).First(d => File.Exists(Path.Combine(d, "initdb")));

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
