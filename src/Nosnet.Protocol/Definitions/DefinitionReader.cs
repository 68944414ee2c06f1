using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads the whole of a definition; operations are read by <see cref="OperationReader"/>.</summary>
internal static class DefinitionReader
{
    public static JobDefinition Read(Place place)
    {
        var fields = new Fields(place, "a job definition");
        Constant(fields, "version", JobDefinition.Version);
        Constant(fields, "type", JobDefinition.Type);
        var definition = new JobDefinition
        {
            Meta = fields.Optional("meta", Meta),
            Global = fields.Optional("global", Global),
            Logistics = fields.Optional("logistics", Logistics),
            DeploymentId = fields.Optional("deployment_id", f => f.Text()),
            Ops = fields.Required("ops", "a list of operations", [], Operations),
        };
        fields.Done();

        // Without operations there is nothing to run, unless they are to come by another way: such a stub is how confidential jobs are pinned.
        if (definition.Logistics is null && fields.Has("ops", out var ops) && ops.Value.Json is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
            ops.Value.Refuse("at least one operation");
        OperationOrder.Check(definition.Ops, fields.Path, place.Findings);
        if (definition.Ops.OfType<ContainerRun>().Sum(static op => op.Expose.OfType<ExposedPort>().Count()) is > DefinitionLimits.ExposedPorts and var ports)
            place.Findings.Add(JsonPath.Field(fields.Path, "ops"), $"{ports} exposed ports", $"{DefinitionLimits.ExposedPorts} exposed ports at most, of all operations together");
        return definition;
    }

    private static ValueList<Operation> Operations(Place place) =>
        place.List(OperationReader.Read, "a list of operations", DefinitionLimits.Operations);

    private static void Constant(Fields fields, string name, string value) =>
        fields.Required(name, $"\"{value}\"", value, f => f.Text(text => text == value, $"\"{value}\""));

    private static GlobalDefaults Global(Place place)
    {
        var fields = new Fields(place, "global");
        var global = new GlobalDefaults
        {
            Image = fields.Optional("image", f => f.Text()),
            Gpu = fields.Flag("gpu"),
            Entrypoint = fields.Optional("entrypoint", f => f.TextOrList(DefinitionLimits.LongText)),
            Env = fields.Optional("env", [], Environment),
            WorkDir = fields.Optional("work_dir", f => f.Text(Rules.IsWorkDir, Rules.WorkDir)),
            Variables = fields.Optional("variables", [], f => f.Map(
                v => v.Text(DefinitionLimits.LongText), Rules.Any, "any name", "an object of names and texts")),
        };
        fields.Done();
        return global;
    }

    public static ValueMap<string> Environment(Place place)
    {
        var variables = place.Map(
            value => value.Text(DefinitionLimits.LongText),
            Rules.IsVariable, "the name of a variable, not empty and without '='", "an object of variables, each a text");
        foreach (var (name, _) in variables)
        {
            if (ReservedVariables.Include(name))
                place.Findings.Add(JsonPath.Field(place.Path, name), $"the variable {name}", ReservedVariables.Others);
        }
        return variables;
    }

    private static Logistics Logistics(Place place)
    {
        var fields = new Fields(place, "logistics");
        var missing = new LogisticsWay(LogisticsKind.ApiListen);
        var logistics = new Logistics
        {
            Send = fields.Required("send", "an object with type and args", missing, Way),
            Receive = fields.Required("receive", "an object with type and args", missing, Way),
        };
        fields.Done();
        return logistics;
    }

    private static LogisticsWay Way(Place place)
    {
        var fields = new Fields(place, "a way of logistics");
        var kind = fields.Required("type", DefinitionNames.Logistics.Allowed, LogisticsKind.ApiListen, f => f.Named(DefinitionNames.Logistics, LogisticsKind.ApiListen));
        var endpoint = fields.Required<string?>("args", "an object, which may be empty", null, f =>
        {
            var args = new Fields(f, "the args of logistics");
            var url = args.Optional("endpoint", e => e.Text());
            args.Done();
            if (kind == LogisticsKind.Api && url is null)
                args.Missing("endpoint", "the URL that the node is to call; \"api\" needs it");
            return url;
        });
        fields.Done();
        return new LogisticsWay(kind, endpoint);
    }

    private static DefinitionMeta Meta(Place place)
    {
        var fields = new Fields(place, "meta");
        return new DefinitionMeta
        {
            Trigger = fields.Optional("trigger", f => f.Text()),
            SystemResources = fields.Optional("system_resources", [], f => Needed(f, f.Map(
                Scalar, Rules.Any, "any name", "an object of names and texts or numbers"))),
            More = new ValueMap<MetaValue>(fields.Others().Select(f => KeyValuePair.Create(f.Key, Other(f.Key, f.Value)))),
        };
    }

    private static MetaValue Other(string name, Place place)
    {
        var value = Value(place);
        if (name == DefinitionNames.OlderResources && value is MetaMap map)
            Needed(place, map.Values);
        return value;
    }

    /// <summary>What nodes are chosen by has to be a number; the rest of the map is for people.</summary>
    private static ValueMap<T> Needed<T>(Place place, ValueMap<T> map)
        where T : MetaValue
    {
        foreach (var (name, value) in map)
        {
            if (!JobRequirements.Counts(name) || JobRequirements.IsNumber(value))
                continue;
            var field = new Place(place.Findings, JsonPath.Field(place.Path, name), place.Json.GetProperty(name));
            if (value is not MetaScalar || field.Kind is JsonValueKind.Number or JsonValueKind.String)
                field.Refuse(JobRequirements.Allowed);
        }

        return map;
    }

    private static MetaValue Value(Place place)
    {
        const string allowed = "a text, a number, a list of those, or an object of all these";
        return place.Kind == JsonValueKind.Object
            ? new MetaMap(place.Map(v => ScalarOrList(v, "a text, a number or a list of those"), Rules.Any, "any name", allowed))
            : ScalarOrList(place, allowed);
    }

    private static MetaValue ScalarOrList(Place place, string allowed) =>
        place.Kind == JsonValueKind.Array ? new MetaList(place.List(Scalar, allowed)) : Scalar(place, allowed);

    private static MetaScalar Scalar(Place place) => Scalar(place, "a text or a number");

    private static MetaScalar Scalar(Place place, string allowed) =>
        place.Kind == JsonValueKind.Number
            ? new MetaNumber(place.Number("a number that is not infinite"))
            : new MetaText(place.Text(DefinitionLimits.LongText, allowed));
}
