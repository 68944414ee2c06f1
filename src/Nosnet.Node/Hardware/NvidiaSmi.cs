using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What <c>nvidia-smi</c> tells of the graphics cards of a machine.</summary>
internal static class NvidiaSmi
{
    /// <summary>What is asked for, in this order.</summary>
    public const string Fields = "index,name,uuid,memory.total,driver_version,compute_cap,mig.mode.current";

    /// <summary>The same for drivers that know nothing of the last two.</summary>
    public const string OlderFields = "index,name,uuid,memory.total,driver_version";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks the program; null where it is not installed. Where it is and cannot tell, the complaint is given in place of the cards.</summary>
    public static async Task<(GpuHardware? Cards, string? Complaint)?> AskAsync(CancellationToken cancellation)
    {
        if (Programs.Find("nvidia-smi") is not { } program)
            return null;
        var complaint = "";
        foreach (var fields in (string[])[Fields, OlderFields])
        {
            var (code, text) = await RunAsync(program, fields, cancellation).ConfigureAwait(false);
            if (code == 0 && TryParse(text, out var cards, out complaint))
                return (cards, null);
            if (code != 0)
                complaint = $"nvidia-smi ended with exit code {code}: {FirstLine(text)}";
        }

        return (null, complaint);
    }

    /// <summary>Reads the answer to a question for either list of fields, without header and units. No line at all is no card.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GpuHardware? cards, out string complaint)
    {
        var devices = new List<GpuDevice>();
        string? driver = null;
        (cards, complaint) = (null, "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("No devices were found", StringComparison.OrdinalIgnoreCase))
                continue;
            var values = line.Split(',', StringSplitOptions.TrimEntries);
            if (values.Length is not (5 or 7) || !int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                complaint = $"nvidia-smi gave no list of cards: {FirstLine(text)}";
                return false;
            }

            driver ??= Known(values[4]);
            var isPartitioned = values.Length == 7 && values[6].Equals("Enabled", StringComparison.OrdinalIgnoreCase);
            devices.Add(new GpuDevice
            {
                Index = index,
                Name = Known(values[1]) ?? "NVIDIA GPU",
                Uuid = Known(values[2]),
                // What a part of a card has is less than the whole, and not told here.
                Memory = !isPartitioned && long.TryParse(values[3], NumberStyles.None, CultureInfo.InvariantCulture, out var mib) ? new GpuMemory(mib) : null,
                Architecture = values.Length == 7 ? Architecture(values[5]) : null,
                IsPartitioned = isPartitioned,
            });
        }

        cards = new GpuHardware { Devices = devices, DriverVersion = driver };
        return true;
    }

    private static GpuArchitecture? Architecture(string text) =>
        text.Split('.') is [var major, var minor]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new GpuArchitecture(first, second)
            : null;

    /// <summary>Null for what the driver does not tell: [N/A], [Not Supported], [Unknown Error], [GPU requires reset].</summary>
    private static string? Known(string text) => text.Length == 0 || text.StartsWith('[') || text is "N/A" ? null : text;

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim() is { Length: > 0 } line ? line : "it said nothing.";

    private static async Task<(int Code, string Text)> RunAsync(string program, string fields, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, [$"--query-gpu={fields}", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            var text = await output.ConfigureAwait(false);
            return (process.ExitCode, text.Length > 0 ? text : await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill();
            return (-1, $"it gave no answer within {Patience.TotalSeconds:0} s.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
