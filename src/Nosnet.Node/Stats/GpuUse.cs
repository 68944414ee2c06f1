using System.Diagnostics;
using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>How busy the graphics cards of this machine are, as <c>nvidia-smi</c> tells.</summary>
internal static class GpuUse
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>All cards; null where the program is not there or does not tell.</summary>
    public static async Task<IReadOnlyList<GpuSample>?> ReadAsync(TimeProvider time, CancellationToken cancellation)
    {
        if (Programs.Find("nvidia-smi") is not { } program)
            return null;
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["--query-gpu=index,utilization.gpu,memory.used", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true },
        };
        try
        {
            process.Start();
            return Parse(await process.StandardOutput.ReadToEndAsync(either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // A driver that hangs must not keep the rest from being told.
            Kill(process);
            return null;
        }
    }

    /// <summary>Reads lines of <c>index, percent, MiB</c>; what a card does not tell is no number there, and it is left out.</summary>
    public static IReadOnlyList<GpuSample> Parse(string text)
    {
        var samples = new List<GpuSample>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is [var index, var percent, var memory]
                && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                && int.TryParse(percent, NumberStyles.None, CultureInfo.InvariantCulture, out var p)
                && long.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var m))
                samples.Add(new GpuSample(i, p, m * Mebibyte));
        }
        return samples;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or never began.
        }
    }
}
