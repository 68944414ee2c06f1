using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Takes the secrets out of what a result says in words of others: of containers, engines and registries.</summary>
internal static class ResultMasking
{
    public static JobResult Apply(this SecretMask mask, JobResult result) =>
        mask.IsEmpty ? result : result with { Operations = [.. result.Operations.Select(mask.Apply)] };

    private static OperationResult Apply(this SecretMask mask, OperationResult operation) => operation with
    {
        Errors = [.. operation.Errors.Select(error => error with { Message = mask.Apply(error.Message) })],
        Diagnostics = operation.Diagnostics with
        {
            Reason = operation.Diagnostics.Reason with { Reason = Apply(mask, operation.Diagnostics.Reason.Reason) },
            State = operation.Diagnostics.State is { } state ? state with { Error = Apply(mask, state.Error), Health = null } : null,
        },
    };

    private static string? Apply(SecretMask mask, string? text) => text is null ? null : mask.Apply(text);
}
