using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The definition that <c>job post</c> is given: in a file, through a pipe, or as an image and a command.</summary>
internal static class DefinitionSource
{
    /// <summary>Of a command line: only what stands behind its double dash is the job's, so that a misspelled option never is.</summary>
    public static async Task<JsonElement> ReadAsync(Terminal terminal, ParseResult parsed, Argument<string[]> what, Option<string?> image, CancellationToken cancellation)
    {
        var words = parsed.GetValue(what) ?? [];
        var behind = Behind(parsed);
        var (given, command) = (words[..^behind], words[^behind..]);
        if (given.FirstOrDefault(static w => w.StartsWith('-') && w != "-") is { } unknown)
            throw new UsageException($"There is no option '{unknown}'. See --help; what a job is to run comes after --.");
        return (given, command, parsed.GetValue(image)) switch
        {
            ([], _, { } name) => Checked(new JobDefinition { Ops = [new ContainerRun("main") { Image = name, Cmd = command.Length == 0 ? null : [.. command] }] }.ToUtf8Bytes(), "The job"),
            (_, _, { } name) => throw new UsageException($"Give a definition or an image, not both; the command of an image comes after --: --image {name} -- {string.Join(' ', words)}"),
            ([], [], _) => throw new UsageException("Which job? Give a definition file, - to read one from standard input, or --image IMAGE -- COMMAND."),
            ([var definition], [], _) => await ReadAsync(terminal, definition, cancellation),
            (_, [], _) => throw new UsageException("One definition file is posted at a time; to run a command, name its image with --image."),
            _ => throw new UsageException("To run a command, name its image: --image IMAGE -- COMMAND."),
        };
    }

    public static async Task<JsonElement> ReadAsync(Terminal terminal, string definition, CancellationToken cancellation) => definition is "-"
        ? Checked(await ReadAsync(terminal.OpenInput(), cancellation), "Standard input")
        : Checked(await ReadAsync(Open(definition), cancellation), definition);

    /// <summary>How many words stand behind the double dash.</summary>
    private static int Behind(ParseResult parsed) => parsed.Tokens.SkipWhile(static t => t.Type is not TokenType.DoubleDash).Skip(1).Count();

    private static JsonElement Checked(byte[] utf8, string name)
    {
        var parsed = JobDefinitionParser.Parse(utf8);
        if (parsed.IsValid)
            return JsonElement.Parse(WithoutMark(utf8));
        if (IsDeployment(utf8))
            throw new UsageException($"{name} describes a deployment, which keeps jobs running, and is no job itself. Create it from its file with nosnet deployment apply.");
        throw new UsageException($"{name} is not a job definition that can run:", [.. parsed.Findings.Select(f => f.ToString())]);
    }

    private static bool IsDeployment(byte[] utf8)
    {
        try
        {
            return DeploymentFile.IsLike(JsonElement.Parse(WithoutMark(utf8)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Editors on Windows put a mark before the text, which no JSON has.</summary>
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> utf8) => utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

    private static FileStream Open(string file)
    {
        if (!File.Exists(file))
            throw new UsageException($"There is no file '{file}'.");
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file '{file}' cannot be read: {e.Message}");
        }
    }

    /// <summary>As much as a definition may have, and a byte more, so that one that is too long is seen to be.</summary>
    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        await using (stream)
        {
            var buffer = new byte[DefinitionLimits.Bytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return buffer[..length];
        }
    }
}
