using CsCheck;

namespace Nosnet.Protocol.Tests;

/// <summary>Random definitions that keep every rule.</summary>
internal static class DefinitionGen
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char["abz019 ._-/\\\"'<>&%=:ü→\n\t"], 0, 12];
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcXYZ019"], 1, 8];
    private static readonly Gen<string> AbsolutePath = Gen.OneOf(Text.Select(text => "/" + text), Name.Select(name => $"%%ops.{name}.results.path%%"));
    private static readonly Gen<string> MountPath = Gen.OneOf(Name.Select(name => "/" + name), Name.Select(name => $"%%ops.{name}.results.path%%"));
    private static readonly Gen<string> Image = Gen.OneOf("busybox", "acme/tool:1.2", "localhost:5000/a/b", "%%global.variables.image%%");
    private static readonly Gen<string> Literal = Name.Select(name => $"%%global.variables.{name}%%");

    private static readonly Gen<TextOrList> TextOrLists = Gen.OneOf(
        Text.Select(text => TextOrList.Of(text)),
        Text.Array[0, 4].Select(items => TextOrList.Of((ReadOnlySpan<string>)items)));

    private static readonly Gen<ValueMap<string>> Env = Map(Name, Text);

    private static readonly Gen<AnyJson> Json = Gen.OneOf(
        AnyJson.Parse("null"), AnyJson.Parse("[1,2.50,\"a\",{\"b\":true}]"), AnyJson.Parse("{\"a\":{\"b\":[]}}"), AnyJson.Parse("\"\\u00fc\""));

    private static readonly Gen<HealthCheck> HealthChecks = Gen.OneOf(
        Gen.Select(Gen.OneOf("", "/", "/health?x=1"), Gen.Enum<HttpCheckMethod>(), Gen.Int[100, 599], Map(Name, Name), Optional(Json), Gen.Bool)
            .Select(HealthCheck (t) => new HttpCheck(t.Item1)
            {
                Method = t.Item2,
                ExpectedStatus = t.Item3,
                Headers = t.Item4,
                Body = t.Item5,
                Continuous = t.Item6,
            }),
        Gen.Select(Text, Gen.Bool).Select(HealthCheck (t) => new WebSocketCheck(t.Item1) { Continuous = t.Item2 }));

    private static readonly Gen<Exposure> Ports = Gen.Select(Gen.Int[1, 65535], Gen.Enum<ServiceKind>(), Gen.Bool, List(HealthChecks, 2))
        .Select(Exposure (t) => new ExposedPort(t.Item1) { Service = t.Item3 ? t.Item2 : null, HealthChecks = t.Item4 });

    private static readonly Gen<Exposure> Exposures = Gen.OneOf(
        Ports,
        Literal.Select(Exposure (literal) => new LiteralPort(literal)),
        Gen.Select(Literal, Gen.Bool).Select(Exposure (t) => new SpreadPorts(t.Item1) { Chunked = t.Item2 }));

    private static readonly Gen<Expose> Expose = Gen.OneOf(
        Exposures.Select(Protocol.Expose.Single),
        Exposures.Array[0, 4].Select(items => Protocol.Expose.List([.. items.DistinctBy(item => item is ExposedPort port ? port.Port : -items.IndexOf(item))])));

    private static readonly Gen<Resource> Resources = Gen.OneOf(
        Gen.Select(MountPath, Name, List(Name, 2), Gen.Int[0, 2], Gen.Bool).Select(Resource (t) => new S3Resource
        {
            Target = t.Item1,
            Url = t.Item4 == 2 ? null : t.Item2,
            Files = t.Item4 == 0 ? t.Item3 : [],
            Bucket = t.Item4 == 1 ? t.Item2 : null,
            Buckets = t.Item4 == 2 ? [new S3Bucket(t.Item2) { Files = t.Item3 }] : [],
            AllowWrite = t.Item5,
            Credentials = t.Item5 ? new S3Credentials("", t.Item2, "secret") : null,
        }),
        Gen.Select(Name, MountPath, Optional(Text), List(Name, 2), Optional(Text)).Select(Resource (t) => new HuggingFaceResource
        {
            Repo = t.Item1,
            Target = t.Item2,
            Revision = t.Item3,
            Files = t.Item4,
            AccessToken = t.Item5,
        }),
        Gen.Select(Name, Optional(MountPath)).Select(Resource (t) => new OllamaResource { Model = t.Item1, Target = t.Item2 }),
        Gen.Select(Literal, Gen.Bool).Select(Resource (t) => new SpreadResources(t.Item1) { Chunked = t.Item2 }),
        Gen.Const<Resource>(new RemoveIfEmptyResource()));

    private static readonly Gen<RestartPolicy> RestartPolicies = Gen.OneOf(
        Gen.OneOf(RestartPolicy.No, RestartPolicy.Always, RestartPolicy.UnlessStopped, RestartPolicy.OnFailure()),
        Gen.Int[0, int.MaxValue].Select(tries => RestartPolicy.OnFailure(tries)));

    private static readonly Gen<ResultRule> Rules = Gen.Select(Gen.OneOf("*", "VAL=(.*)", "a{2,3}|\\d+"), Gen.Enum<LogSource>().Array[0, 4])
        .Select(t => new ResultRule(t.Item1) { Sources = [.. t.Item2.Distinct()] });

    private static readonly Gen<ContainerRun> Runs =
        Gen.Select(
            Gen.Select(Image, Optional(TextOrLists), Optional(TextOrLists), Env, Optional(AbsolutePath)),
            Gen.Select(Gen.Bool, Gen.Bool, Expose, List(Gen.Select(Name, MountPath).Select(t => new VolumeMount(t.Item1, t.Item2)), 2)),
            Gen.Select(List(Resources, 3), Optional(Text), Optional(TextOrLists), Optional(RestartPolicies)))
        .Select(t => new ContainerRun("")
        {
            Image = t.Item1.Item1,
            Cmd = t.Item1.Item2,
            Entrypoint = t.Item1.Item3,
            Env = t.Item1.Item4,
            WorkDir = t.Item1.Item5,
            Gpu = t.Item2.Item1,
            Private = t.Item2.Item2,
            Expose = t.Item2.Item3,
            Volumes = t.Item2.Item4,
            Resources = t.Item3.Item1,
            RegistryLogin = t.Item3.Item2 is { } text ? new RegistryLogin { Username = text, Password = text } : null,
            Aliases = t.Item3.Item3,
            RestartPolicy = t.Item3.Item4,
        });

    private static readonly Gen<Operation> Operations =
        Gen.Select(Runs, Gen.Bool, Map(Name, Rules), Gen.Bool, Gen.Bool)
        .Select(t => (t.Item2 ? t.Item1 : (Operation)new CreateVolume("") { Name = "v" }) with
        {
            Results = t.Item3,
            Execution = t.Item4 ? new Execution { StopIfDependentStops = t.Item5 } : null,
        });

    private static readonly Gen<MetaScalar> Scalars = Gen.OneOf(
        Text.Select(text => (MetaScalar)text),
        Gen.Double.Where(double.IsFinite).Select(number => (MetaScalar)number));

    private static readonly Gen<MetaValue> Flat = Gen.OneOf(
        Scalars.Select(MetaValue (scalar) => scalar),
        List(Scalars, 3).Select(MetaValue (items) => new MetaList(items)));

    private static readonly Gen<DefinitionMeta> Metas = Gen.Select(
            Optional(Text), Map(Text, Scalars), Map(Name, Gen.OneOf(Flat, Map(Text, Flat).Select(MetaValue (values) => new MetaMap(values)))))
        .Select(t => new DefinitionMeta { Trigger = t.Item1, SystemResources = t.Item2, More = t.Item3 });

    private static readonly Gen<GlobalDefaults> Globals = Gen.Select(Optional(Text), Gen.Bool, Optional(TextOrLists), Env, Optional(AbsolutePath), Map(Text, Text))
        .Select(t => new GlobalDefaults
        {
            Image = t.Item1,
            Gpu = t.Item2,
            Entrypoint = t.Item3,
            Env = t.Item4,
            WorkDir = t.Item5,
            Variables = t.Item6,
        });

    private static readonly Gen<Logistics> Logistics = Gen.Select(Text, Optional(Text)).Select(t => new Logistics
    {
        Send = new LogisticsWay(LogisticsKind.Api, t.Item1),
        Receive = new LogisticsWay(LogisticsKind.ApiListen, t.Item2),
    });

    public static readonly Gen<JobDefinition> Definitions =
        Gen.Select(Operations.Array[1, 5], Optional(Metas), Optional(Globals), Optional(Logistics), Optional(Text), Optional(Text))
        .Select(t => new JobDefinition
        {
            Ops = [.. Ordered(t.Item1, t.Item6)],
            Meta = t.Item2,
            Global = t.Item3,
            Logistics = t.Item4,
            DeploymentId = t.Item5,
        });

    /// <summary>Names operations by their place, and lets each with an order depend on those before it, so that there is no circle.</summary>
    private static IEnumerable<Operation> Ordered(Operation[] operations, string? group)
    {
        var before = new List<string>();
        for (var i = 0; i < operations.Length; i++)
        {
            var operation = operations[i] with { Id = $"op{i}" };
            if (operation.Execution is { } execution)
            {
                operation = operation with
                {
                    Execution = new Execution { Group = group, DependsOn = [.. before], StopIfDependentStops = execution.StopIfDependentStops && before.Count > 0 },
                };
                before.Add(operation.Id);
            }
            yield return operation;
        }
    }

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : class => Gen.OneOf(Gen.Const(() => (T?)null), values.Select(T? (value) => value));

    private static Gen<ValueList<T>> List<T>(Gen<T> items, int max) => items.Array[0, max].Select(array => ValueList.Create<T>(array));

    private static Gen<ValueMap<T>> Map<T>(Gen<string> names, Gen<T> values) =>
        Gen.Select(names, values).Array[0, 3].Select(pairs => new ValueMap<T>(pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))));
}
