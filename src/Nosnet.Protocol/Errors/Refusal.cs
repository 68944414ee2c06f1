namespace Nosnet.Protocol;

/// <summary>A refusal: which of the catalogue, and the sentence with the facts of the case. Whoever gives one has changed nothing.</summary>
/// <param name="Code">The entry of the catalogue.</param>
/// <param name="Message">A sentence that says what was wrong and what to do.</param>
/// <param name="Details">Findings where there are several, for instance one per mistake in a job definition.</param>
public sealed record Refusal(ErrorCode Code, string Message, IReadOnlyList<ErrorDetail>? Details = null);

/// <summary>One finding of a refusal.</summary>
/// <param name="Path">Where: a JSON path such as <c>$.ops[0].args.image</c>, or the name of a parameter.</param>
/// <param name="Message">A sentence that says what was found and what is allowed.</param>
public sealed record ErrorDetail(string Path, string Message);
