namespace Nosnet.Simulation;

/// <summary>Something that must always hold does not.</summary>
internal sealed class Violation(string what) : Exception(what)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds)
            throw new Violation(what);
    }
}
