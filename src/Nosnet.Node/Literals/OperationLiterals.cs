using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>An operation with its literals and markers carried out, checked anew as if it had been written so.</summary>
internal static class OperationLiterals
{
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a shell line or a word of a command is: text, however its value was written.
    private static readonly string[] Texts = ["cmd", "entrypoint", "aliases"];

    /// <summary>The operation with what holds for all operations put into it, as its container gets it.</summary>
    public static ContainerRun Merge(ContainerRun run, GlobalDefaults? global)
    {
        if (global is null)
            return run;
        var env = new Dictionary<string, string>(global.Env, StringComparer.Ordinal);
        foreach (var (name, value) in run.Env)
            env[name] = value;
        return run with
        {
            Env = new(env),
            Entrypoint = run.Entrypoint ?? global.Entrypoint,
            WorkDir = string.IsNullOrEmpty(run.WorkDir) ? global.WorkDir : run.WorkDir,
        };
    }

    /// <summary>Whether there is anything to fill in.</summary>
    public static bool Any(ContainerRun run)
    {
        var json = Document(run);
        return json.AsSpan().IndexOf("%%"u8) >= 0 || json.AsSpan().IndexOf("__"u8) >= 0;
    }

    /// <summary>Whether which image it is, or who may have it, is known only when it is filled in.</summary>
    public static bool AnyInImage(ContainerRun run) =>
        LiteralText.Has(run.Image)
        || (run.RegistryLogin is { } login && LiteralText.Has($"{login.Username} {login.Password} {login.Email} {login.Server}"));

    /// <summary>Whether what is to be downloaded is known only when it is filled in.</summary>
    public static bool AnyInResources(ContainerRun run) =>
        run.Resources.Any(resource => resource is SpreadResources or RemoveIfEmptyResource)
        || (run.Resources.Count > 0 && LiteralText.Has(Encoding.UTF8.GetString(Document(new ContainerRun(run.Id) { Image = run.Image, Resources = run.Resources }))));

    /// <summary>Fills in an operation before it begins; null where that takes what only other operations will give.</summary>
    public static ContainerRun? TryFill(ContainerRun run, Func<string, LiteralValue?> find)
    {
        if (!Any(run))
            return run;
        try
        {
            return Fill(run, find);
        }
        catch (LiteralException)
        {
            return null; // It is tried again when the operation begins, and fails then if it still cannot be.
        }
    }

    /// <summary>Fills in an operation.</summary>
    /// <exception cref="LiteralException">A literal has no value, or what comes of it is not what may stand there.</exception>
    public static ContainerRun Fill(ContainerRun run, Func<string, LiteralValue?> find)
    {
        find = new BoundedLiterals(find).Find;
        var document = JsonNode.Parse(Document(run))!;
        var operation = document["ops"]![0]!;
        var given = operation["args"]!.AsObject();
        var filled = new JsonObject();
        foreach (var (name, value) in given)
        {
            if (Argument(name, value, find) is { } argument && (argument is not JsonArray list || LiteralMarkers.KeepAfterRemoval(list)))
                filled[name] = argument;
        }
        operation["args"] = filled;
        var parsed = JobDefinitionParser.Parse(document.ToJsonString(Writing));
        if (parsed.Findings.Count > 0)
            throw new LiteralException($"With its literals filled in, an argument is not what it may be. {parsed.Findings[0].ToString().Replace("$.ops[0].", "", StringComparison.Ordinal)}");
        var result = (ContainerRun)parsed.OrThrow().Ops[0] with { Execution = run.Execution, Results = run.Results };
        return result.Resources.Any(resource => resource is SpreadResources or RemoveIfEmptyResource)
            ? throw new LiteralException($"A marker is left among its resources: only the first {Literal.RemoveIfEmpty} of a list is carried out, and no {Literal.Spread} that came of a literal. Leave it out.")
            : result;
    }

    private static byte[] Document(ContainerRun run) => new JobDefinition { Ops = [run with { Execution = null, Results = [] }] }.ToUtf8Bytes();

    private static JsonNode? Argument(string name, JsonNode? value, Func<string, LiteralValue?> find) => name switch
    {
        "env" => Environment(value!.AsObject(), find),
        // Where markers stand alone, what they become is a list all the same.
        "expose" => Ports(Value(value is JsonObject fields && fields.ContainsKey(Literal.Spread) ? new JsonArray(value.DeepClone()) : value, find)),
        "image" or "work_dir" => JsonValue.Create(LiteralText.Fill(value!.GetValue<string>(), find)),
        _ when Texts.Contains(name) => Words(Value(value, find)),
        _ => Value(value, find),
    };

    private static JsonNode? Value(JsonNode? value, Func<string, LiteralValue?> find)
    {
        switch (value)
        {
            case JsonObject fields:
                var filled = new JsonObject();
                foreach (var (name, field) in fields)
                    filled[name] = Value(field, find);
                return filled;
            case JsonArray items:
                return new JsonArray([.. items.SelectMany(item => Item(item, find))]);
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                return LiteralText.Expand(text.GetValue<string>(), inList: false, find)[0];
            default:
                return value?.DeepClone();
        }
    }

    private static IEnumerable<JsonNode?> Item(JsonNode? item, Func<string, LiteralValue?> find) => item switch
    {
        JsonObject fields when fields[Literal.Spread] is JsonValue spread => LiteralMarkers.SpreadIntoList(
            spread.GetValue<string>(),
            LiteralText.Whole(spread.GetValue<string>(), find) ?? LiteralValue.Of(spread.GetValue<string>()),
            fields["chunked"]?.GetValue<bool>() ?? false),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => LiteralText.Expand(text.GetValue<string>(), inList: true, find),
        _ => [Value(item, find)],
    };

    private static JsonObject Environment(JsonObject given, Func<string, LiteralValue?> find)
    {
        var variables = new JsonObject();
        foreach (var (name, value) in given)
        {
            if (name is not (Literal.Spread or Literal.Pairs))
                variables[name] = LiteralText.Fill(value!.GetValue<string>(), find);
        }
        // What is spread counts more than what stands beside it, wherever it stands.
        if (given[Literal.Spread] is { } spread)
            Add(variables, LiteralMarkers.SpreadIntoObject(spread.GetValue<string>(), LiteralText.Fill(spread.GetValue<string>(), find)));
        if (given[Literal.Pairs] is { } pairs)
            Add(variables, LiteralMarkers.Pairs(pairs.GetValue<string>(), LiteralText.Fill(pairs.GetValue<string>(), find)));
        return variables;
    }

    private static void Add(JsonObject variables, IEnumerable<KeyValuePair<string, JsonNode?>> more)
    {
        foreach (var (name, value) in more)
            variables[name] = Text(value);
    }

    private static JsonNode? Words(JsonNode? value) => value switch
    {
        JsonArray list => new JsonArray([.. LiteralText.Flat(list).Select(item => (JsonNode?)Text(item))]),
        _ => Text(value),
    };

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(Writing),
    };

    // A port that comes from a literal comes as text.
    private static JsonNode? Ports(JsonNode? value) => value switch
    {
        JsonArray list => new JsonArray([.. list.Select(Ports)]),
        JsonValue text when text.GetValueKind() == JsonValueKind.String
            && int.TryParse(text.GetValue<string>().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) => JsonValue.Create(port),
        _ => value?.DeepClone(),
    };
}
