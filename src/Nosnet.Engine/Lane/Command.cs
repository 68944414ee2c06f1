namespace Nosnet.Engine;

/// <summary>Something that is to happen. Each command is one type with one decision.</summary>
/// <typeparam name="T">Its answer.</typeparam>
public abstract record Command<T>
{
    /// <summary>
    /// Decides: from the rows and the time to a refusal, or to an answer with the changes drafted. It does no I/O and knows
    /// nothing else. A draft whose command was refused is thrown away.
    /// </summary>
    public abstract Outcome<T> Decide(Draft draft);

    /// <summary>The deployment that it is going to need whole, so that those of a group are read together; 0: none.</summary>
    internal virtual long WholeDeployment => 0;

    /// <summary>Whether it comes often and seldom changes anything, so that a lane that rests need not be woken for it.</summary>
    internal virtual bool IsBrief => false;
}
