using System.Diagnostics;
using System.Globalization;

namespace Nosnet.Perf;

/// <summary>A part of a measurement that runs as a process of its own: this program again, told which part it is. It says where it listens.</summary>
internal sealed class OwnProcess : IDisposable
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double MicrosecondsPerTick = 10_000;

    private readonly Process _process;

    private OwnProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public int Id => _process.Id;

    public Uri Url { get; }

    public static async Task<OwnProcess> StartAsync(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        return new OwnProcess(process, new Uri((await process.StandardOutput.ReadLineAsync())!));
    }

    /// <summary>What such a process does once it listens: it waits until its input ends, and with each line of it lets go of what it does not use.</summary>
    public static async Task<int> ServeAsync(string url)
    {
        Console.WriteLine(url);
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine();
        }

        return 0;
    }

    /// <summary>The memory that it needs, in bytes: what it has once garbage is collected.</summary>
    public async Task<long> MemoryAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardOutput.ReadLineAsync();
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The time on a processor that it has taken so far, in microseconds: of all its threads, or of those with a name.</summary>
    public double Cpu(string? thread = null) => thread is null
        ? CpuOf(Id)
        : Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Where(task => File.ReadAllText($"{task}/comm").Trim() == thread).Sum(task => Ticks($"{task}/stat"));

    /// <summary>The same of any process.</summary>
    public static double CpuOf(int process) => Ticks($"/proc/{process}/stat");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Ticks(string stat)
    {
        // The name in brackets may hold blanks; user and system time are the 12th and 13th field behind it.
        var fields = File.ReadAllText(stat).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return MicrosecondsPerTick * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
    }
}
