using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The runs of this node, as those who speak with the server see them.</summary>
internal interface IRunKeeper
{
    /// <summary>How far each run is, for the heartbeat.</summary>
    IReadOnlyList<RunReport> Reports { get; }

    /// <summary>Takes a run, or what changed of it: its timeout, its owner's wish to stop it. Saying it again changes nothing.</summary>
    void Take(Assignment assignment);

    /// <summary>Makes what is here as it should be: takes the runs that are assigned, ends and removes every other.</summary>
    void Reconcile(IReadOnlyList<Assignment> assignments);

    /// <summary>The log of a run; null where the run is not known here.</summary>
    RunLog? LogOf(RunAddress run);
}
