using System.CommandLine;
using System.Text;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class SecretSetCommand : NetworkCommand
{
    private readonly Argument<string> _name = new("name") { Description = "Its name: letters, digits and '_'. A definition has it as %%secrets.NAME%%." };

    private readonly Option<string?> _value = new("--value")
    {
        Description = "Its value. Other users of the machine can see it there, and the shell remembers it. [default: standard input]",
        HelpName = "value",
    };

    public SecretSetCommand(Terminal terminal)
        : base(terminal, "set", "Keeps a secret, in place of the one of that name.")
    {
        Add(_name);
        Add(_value);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var value = parsed.GetValue(_value) ?? await ReadAsync(cancellation);
        var secret = await client.Secrets.SetAsync(parsed.GetRequiredValue(_name), value, cancellation);
        Terminal.Say($"Kept {Plain.Text(secret.Name)}. Jobs that start from now on get this value.");
        if (WantsJson(parsed))
            Terminal.PrintJson(secret, ProtocolJson.Default.SecretView);
        return ExitCodes.Ok;
    }

    /// <summary>All of standard input but the line break that <c>echo</c> and editors put at its end.</summary>
    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
        // As much as a secret may have with a line break, and a byte more, so that one that is too long is seen to be.
        var buffer = new byte[SecretRequest.MostBytes + 3];
        await using var input = Terminal.OpenInput();
        var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        var bytes = buffer.AsMemory(0, length);
        if (bytes.Span.EndsWith("\n"u8))
            bytes = bytes.Span.EndsWith("\r\n"u8) ? bytes[..^2] : bytes[..^1];
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException("A secret is text, and what was given is not UTF-8. Encode it first, for instance with base64.");
        }
    }
}
