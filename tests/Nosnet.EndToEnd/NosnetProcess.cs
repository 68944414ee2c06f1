using System.Diagnostics;
using System.Text;

namespace Nosnet.EndToEnd;

/// <summary>The real <c>nosnet</c> as a process of its own: started, asked, ended politely, or killed.</summary>
internal sealed class NosnetProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<string, bool> Match, TaskCompletionSource<string> Found)> _awaited = [];

    private NosnetProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <summary>All that it has printed, to both outputs.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
                return _output.ToString();
        }
    }

    public static NosnetProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "nosnet.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var nosnet = new NosnetProcess(new Process { StartInfo = start });
        nosnet._process.OutputDataReceived += (_, line) => nosnet.Take(line.Data);
        nosnet._process.ErrorDataReceived += (_, line) => nosnet.Take(line.Data);
        nosnet._process.Start();
        nosnet._process.BeginOutputReadLine();
        nosnet._process.BeginErrorReadLine();
        nosnet._process.StandardInput.Close();
        return nosnet;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<NosnetProcess> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var nosnet = Start(arguments, environment);
        await nosnet.EndedAsync();
        return nosnet;
    }

    /// <summary>The first line, printed already or still to come, that has this text.</summary>
    public async Task<string> LineAsync(string text)
    {
        Task<string> found;
        lock (_lock)
        {
            if (_output.ToString().Split('\n').FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal)) is { } already)
                return already;
            var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((line => line.Contains(text, StringComparison.Ordinal), source));
            found = source.Task;
        }

        try
        {
            return await found.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"nosnet never printed '{text}'. It printed:\n{Output}");
        }
    }

    public async Task EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"nosnet did not end. It printed:\n{Output}");
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await EndedAsync();
    }

    /// <summary>SIGTERM, and then its end.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await EndedAsync();
    }

    /// <summary>SIGSTOP: it stands still, and its connections stay open.</summary>
    public Task SuspendAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _output.Append(line).Append('\n');
            foreach (var (match, found) in _awaited)
                if (match(line))
                    found.TrySetResult(line);
        }
    }
}
