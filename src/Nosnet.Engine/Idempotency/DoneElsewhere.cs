namespace Nosnet.Engine;

/// <summary>Changes nothing: what a request asked was done outside of the lane, and its answer is kept under its key.</summary>
public sealed record DoneElsewhere : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft) => true;
}
