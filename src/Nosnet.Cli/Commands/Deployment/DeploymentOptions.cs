using System.CommandLine;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>What several commands about deployments are told in the same words.</summary>
internal static class DeploymentOptions
{
    public static Option<DeploymentStrategy> Strategy() => new("--strategy")
    {
        Description = "How it keeps its jobs: simple, simple-extend, scheduled or infinite. [default: simple]",
        HelpName = "strategy",
        CustomParser = result =>
        {
            var word = result.Tokens.Single().Value;
            if (TryWord<DeploymentStrategy>(word, out var strategy))
                return strategy;
            result.AddError($"'{word}' is no strategy; they are simple, simple-extend, scheduled and infinite.");
            return default;
        },
    };

    /// <summary>Reads a state or strategy as <see cref="Word{T}"/> writes it, in upper case or lower.</summary>
    public static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            value = known;
            if (string.Equals(Word<T>(known), word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        value = default;
        return false;
    }

    /// <summary>A state or strategy as people read it.</summary>
    public static string Word<T>(T? word)
        where T : struct, Enum =>
        word is { } known ? System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(known.ToString()) : "unknown";
}
