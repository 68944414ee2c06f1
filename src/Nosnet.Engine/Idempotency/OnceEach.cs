namespace Nosnet.Engine;

/// <summary>
/// Many commands that are carried out once under one key, in one trip and one transaction. Each is decided for itself, in order, as if they
/// came one after the other; what became of all of them is one answer, and is kept with its refusals.
/// </summary>
/// <param name="Commands">The commands.</param>
/// <param name="Key">Under which key they came.</param>
/// <param name="Say">The answer to them, from their outcomes in the same order. It is called on the lane's thread and does no I/O.</param>
public sealed record OnceEach<T>(IReadOnlyList<Command<T>> Commands, IdempotencyKey Key, Func<IReadOnlyList<Outcome<T>>, Said> Say);
