using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What is taken as official clients send it, though its owner would hardly want it so.</summary>
internal static class PostWarnings
{
    /// <summary>A sentence for each; null where there is nothing to say.</summary>
    public static IReadOnlyList<string>? Of(JobDefinition definition)
    {
        var warnings = definition.Ops.OfType<ContainerRun>().SelectMany(Of).ToList();
        return warnings.Count == 0 ? null : warnings;
    }

    private static IEnumerable<string> Of(ContainerRun run)
    {
        if (IsPublic(run.RegistryLogin?.Password))
            yield return Sentence("The registry password", run.Id);
        foreach (var resource in run.Resources)
        {
            if (resource is S3Resource { Credentials.SecretAccessKey: var key } && IsPublic(key))
                yield return Sentence("The S3 key", run.Id);
            if (resource is HuggingFaceResource { AccessToken: var token } && IsPublic(token))
                yield return Sentence("The access token", run.Id);
        }
    }

    private static bool IsPublic(string? credential) => !string.IsNullOrEmpty(credential) && !Literal.MayContain(credential);

    private static string Sentence(string what, string operation) =>
        $"{what} of the operation {operation} stands in the definition, which anybody can read who knows its CID. Keep it as a secret (PUT /api/secrets/NAME), and write %%secrets.NAME%% in its place.";
}
