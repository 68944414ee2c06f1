using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node;

/// <summary>
/// A Podman API service of our own. It is started again when it ends by itself, and taken over when a node that was killed left it running:
/// containers do not depend on it.
/// </summary>
internal sealed partial class PodmanService : IAsyncDisposable
{
    private const int MaxSocketPath = 107;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly string _podman;
    private readonly string _directory;
    private readonly string? _configuration;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private FileStream? _lock;
    private Process? _process;
    private Task _watch = Task.CompletedTask;

    public PodmanService(
        string podman,
        string directory,
        string? configuration,
        IReadOnlyDictionary<string, string> environment,
        TimeProvider time,
        ILogger<PodmanService> logger)
    {
        _podman = podman;
        _directory = Path.GetFullPath(directory);
        _configuration = configuration;
        _environment = environment;
        _time = time;
        _logger = logger;
        if (SocketPath.Length > MaxSocketPath)
            throw new EngineUnavailableException(
                $"The path {SocketPath} is longer than the {MaxSocketPath} characters that a socket's may have. "
                + "Choose a data directory with a shorter path.");
        Endpoint = EngineEndpoint.Socket(SocketPath);
    }

    public EngineEndpoint Endpoint { get; }

    private string SocketPath => Path.Combine(_directory, "podman.sock");

    private string PidPath => Path.Combine(_directory, "podman.pid");

    private string OutputPath => Path.Combine(_directory, "podman.log");

    /// <summary>Starts the service, or takes over the one that is there, and waits until it answers.</summary>
    public async Task<EngineVersion> StartAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_directory);
        _lock = Lock();
        _process = FindLeftOver();
        if (_process is null)
            Launch();
        else
            LogTakenOver(_process.Id);
        var version = await WaitUntilItAnswersAsync(engine, cancellationToken).ConfigureAwait(false);
        _watch = WatchAsync(engine, _stopping.Token);
        return version;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is not null)
        {
            await StopAsync(_process).ConfigureAwait(false);
            _process.Dispose();
        }
        if (_lock is not null)
        {
            File.Delete(PidPath);
            await _lock.DisposeAsync().ConfigureAwait(false);
        }
        _stopping.Dispose();
    }

    /// <summary>A service that a living node uses is not taken over: it would end with whoever took it.</summary>
    private FileStream Lock()
    {
        try
        {
            return new FileStream(Path.Combine(_directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new EngineUnavailableException(
                $"Another node uses the directory {_directory}. Stop it, or give this one a data directory of its own.", e);
        }
    }

    private void Launch()
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        // The output goes to a file: at the end of a pipe to a node that was killed, the service would die of its next word.
        foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", OutputPath])
            start.ArgumentList.Add(argument);
        // In a session of its own, so that Ctrl-C in a terminal reaches the node alone, which still has containers to stop.
        if (Programs.Find("setsid") is { } setsid)
            start.ArgumentList.Add(setsid);
        foreach (var argument in (string[])[_podman, "system", "service", "--time=0", $"unix://{SocketPath}"])
            start.ArgumentList.Add(argument);
        if (_configuration is not null)
        {
            var path = Path.Combine(_directory, "containers.conf");
            File.WriteAllText(path, _configuration);
            start.Environment["CONTAINERS_CONF"] = path;
        }
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        File.Delete(SocketPath);
        // Held before its number is written, so that it is stopped where that fails.
        _process = Process.Start(start) ?? throw new EngineUnavailableException($"{_podman} could not be started.");
        File.WriteAllText(PidPath, _process.Id.ToString(CultureInfo.InvariantCulture));
        LogStarted(_process.Id, SocketPath);
    }

    private Process? FindLeftOver()
    {
        if (!File.Exists(PidPath) || !int.TryParse(File.ReadAllText(PidPath), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            return null;
        try
        {
            // The number may be another process's by now.
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(SocketPath, StringComparison.Ordinal)
                ? Process.GetProcessById(pid)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // It has ended.
        }
    }

    private async Task<EngineVersion> WaitUntilItAnswersAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await engine.GetVersionAsync(both.Token).ConfigureAwait(false);
                }
                catch (EngineException e) when (_process!.HasExited)
                {
                    throw new EngineUnavailableException(
                        $"Podman's service ended at once: {await OutputAsync(cancellationToken).ConfigureAwait(false)}", e);
                }
                catch (EngineException)
                {
                    await Task.Delay(Pause, _time, both.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var output = await OutputAsync(cancellationToken).ConfigureAwait(false);
            throw new EngineUnavailableException($"Podman's service did not answer at {SocketPath} within {StartLimit.TotalSeconds:0} s: {output}", e);
        }
    }

    private async Task WatchAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_process is { } process)
            {
                await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                LogEnded(await OutputAsync(cancellationToken).ConfigureAwait(false));
            }
            await Task.Delay(RestartPause, _time, cancellationToken).ConfigureAwait(false);
            _process?.Dispose();
            _process = null;
            try
            {
                Launch();
                await WaitUntilItAnswersAsync(engine, cancellationToken).ConfigureAwait(false);
            }
            // A full disk, above all, has room again some time.
            catch (Exception e) when (e is EngineUnavailableException or IOException or UnauthorizedAccessException or Win32Exception)
            {
                LogNotRestarted(e);
                if (_process is { } unused)
                    await StopAsync(unused).ConfigureAwait(false);
            }
        }
    }

    private async Task StopAsync(Process process)
    {
        const int sigterm = 15;
        if (process.HasExited || kill(process.Id, sigterm) != 0)
            return;
        using var limit = new CancellationTokenSource(StopLimit, _time);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> OutputAsync(CancellationToken cancellationToken)
    {
        const int most = 2000;
        var text = File.Exists(OutputPath) ? (await File.ReadAllTextAsync(OutputPath, cancellationToken).ConfigureAwait(false)).Trim() : "";
        return text.Length == 0 ? "it said nothing." : text.Length > most ? "…" + text[^most..] : text;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);

    [LoggerMessage(1, LogLevel.Information, "Started Podman's service, process {ProcessId}, at {Socket}")]
    private partial void LogStarted(int processId, string socket);

    [LoggerMessage(2, LogLevel.Information, "Took over Podman's service of an earlier start, process {ProcessId}")]
    private partial void LogTakenOver(int processId);

    [LoggerMessage(3, LogLevel.Warning, "Podman's service ended and is started again; its last words: {Output}")]
    private partial void LogEnded(string output);

    [LoggerMessage(4, LogLevel.Error, "Podman's service could not be started again; it is tried again in a second")]
    private partial void LogNotRestarted(Exception exception);
}
