using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The definition that <c>job post</c> is given: in a file, through a pipe, or as an image and a command.</summary>
internal static class DefinitionSource
{
    public static async Task<JsonElement> ReadAsync(Terminal terminal, string[] words, string? image, CancellationToken cancellation)
    {
        if (image is not null)
            return Checked(new JobDefinition { Ops = [new ContainerRun("main") { Image = image, Cmd = words.Length == 0 ? null : [.. words] }] }.ToUtf8Bytes(), "The job");
        return words switch
        {
            [] => throw new UsageException("Which job? Give a definition file, - to read one from standard input, or --image IMAGE -- COMMAND."),
            ["-"] => Checked(await ReadAsync(terminal.OpenInput(), cancellation), "Standard input"),
            [var file] => Checked(await ReadAsync(Open(file), cancellation), file),
            _ => throw new UsageException("One definition file is posted at a time; to run a command, name its image with --image."),
        };
    }

    private static JsonElement Checked(byte[] utf8, string name)
    {
        var parsed = JobDefinitionParser.Parse(utf8);
        return parsed.IsValid
            ? JsonElement.Parse(WithoutMark(utf8))
            : throw new UsageException($"{name} is not a job definition that can run:", [.. parsed.Findings.Select(f => f.ToString())]);
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
