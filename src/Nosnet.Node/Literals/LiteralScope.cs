using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the literals of a job's definition stand for.</summary>
internal sealed class LiteralScope(
    RunIdentity run, NodeAddress node, JobDefinition definition, Func<string, ValueMap<ExtractedResult>?> results, JobSecrets secrets)
{
    private const string Variables = "variables.";

    /// <summary>The value of a literal without its percent signs; null where it has none, or none yet.</summary>
    public LiteralValue? Find(string literal)
    {
        var (root, rest) = Cut(literal);
        return root switch
        {
            "global" or "globals" => Global(rest),
            "ops" => Operation(rest),
            SecretNames.Root => secrets.Find(rest) is { } value ? LiteralValue.Secret(value) : null,
            _ => null,
        };
    }

    private static (string Head, string Tail) Cut(string text) =>
        text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? (text[..dot], text[(dot + 1)..]) : (text, "");

    private LiteralValue? Global(string name) => name switch
    {
        "job" => LiteralValue.Of(run.Job.ToString()),
        "host" => LiteralValue.Of(node.ToString()),
        "project" when run.Project is { } project => LiteralValue.Of(project.ToString()),
        "frps_address" when run.EndpointDomain is { } domain => LiteralValue.Of(domain),
        _ when name.StartsWith(Variables, StringComparison.Ordinal) => Variable(name[Variables.Length..]),
        _ => null,
    };

    private LiteralValue? Variable(string name) =>
        definition.Global?.Variables.TryGetValue(name, out var value) == true ? LiteralValue.Of(value) : null;

    private LiteralValue? Operation(string path)
    {
        // Ids may have dots: the longest that fits is meant.
        var (index, rest) = (-1, "");
        for (var i = 0; i < definition.Ops.Count; i++)
        {
            var id = definition.Ops[i].Id;
            if (path.Length > id.Length + 1 && path.StartsWith(id, StringComparison.Ordinal) && path[id.Length] == '.'
                && (index < 0 || id.Length > definition.Ops[index].Id.Length))
                (index, rest) = (i, path[(id.Length + 1)..]);
        }
        if (index < 0)
            return path.StartsWith(Variables, StringComparison.Ordinal) ? Variable(path[Variables.Length..]) : null;
        var (field, key) = Cut(rest);
        return field switch
        {
            "host" when key.Length == 0 => LiteralValue.Of(run.Host(index)),
            "endpoint" => Endpoint(index, key),
            "deployment_endpoint" when key.Length == 0 => DeploymentEndpoint(definition.Ops[index].Id),
            "results" => Result(definition.Ops[index].Id, key),
            _ => null,
        };
    }

    private LiteralValue? Endpoint(int index, string port) =>
        // The address of a private port is for the owner alone, and what an operation is given may be printed.
        run.EndpointDomain is { } domain && definition.Ops[index] is ContainerRun { Private: false }
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? LiteralValue.Of($"{EndpointId.Of(run.Job, index, number)}.{domain}")
            : null;

    private LiteralValue? DeploymentEndpoint(string id) =>
        run is { EndpointDomain: { } domain, Project: { } project } && definition.DeploymentId is { Length: > 0 } deployment
            ? LiteralValue.Of($"{EndpointId.OfDeployment(deployment, project, id)}.{domain}")
            : null;

    private LiteralValue? Result(string id, string key)
    {
        if (results(id)?.TryGetValue(key, out var found) != true)
            return null;
        return found!.Error is { } error ? LiteralValue.Of(error) : LiteralValue.List([.. found.Groups.OfType<string>()]);
    }
}
