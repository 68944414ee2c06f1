namespace Nosnet.Protocol;

/// <summary>Collects findings, a bounded number of them.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];
    private int _more;

    public bool IsEmpty => _findings.Count == 0;

    public void Add(string path, string found, string allowed)
    {
        if (_findings.Count < DefinitionLimits.Findings)
            _findings.Add(new Finding(path, found, allowed));
        else
            _more++;
    }

    public ValueList<Finding> ToList() =>
        _more == 0
            ? [.. _findings]
            : [.. _findings, new Finding("$", $"{_more} more findings", "none; correct the listed ones first")];
}
