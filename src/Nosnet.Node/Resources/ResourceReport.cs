using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Tells the log of a run how far a download is, a few times a second at most.</summary>
internal sealed class ResourceReport(RunLog log, string name, string operation) : IProgress<ResourceStep>
{
    private ResourceStep? _last;

    public void Report(ResourceStep value)
    {
        if (_last == value)
            return;
        _last = value;
        log.Append(LogKind.Progress, $"Downloading {name}: {Files(value)}", operation, value.Bytes, value.TotalBytes);
    }

    /// <summary>What there is to say at its end.</summary>
    public string Done => _last is { } step ? $"Downloaded {name}: {Files(step)}" : $"{name} was here already";

    private static string Files(ResourceStep step) => step.TotalFiles == 1 ? "1 file" : FormattableString.Invariant($"{step.TotalFiles} files");
}
