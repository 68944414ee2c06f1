using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nosnet.Protocol;

/// <summary>Reads one operation.</summary>
internal static class OperationReader
{
    public static Operation Read(Place place)
    {
        const string types = $"\"{DefinitionNames.ContainerRun}\" or \"{DefinitionNames.CreateVolume}\"";
        var fields = new Fields(place, "an operation");
        var type = fields.RequiredText("type", types, t => t is DefinitionNames.ContainerRun or DefinitionNames.CreateVolume);
        var id = fields.RequiredText("id", Rules.SafeName, Rules.IsSafeName, DefinitionLimits.Name);
        Operation? operation = null;
        if (!fields.Has("args", out var args))
            fields.Missing("args", "an object with the operation's arguments");
        else if (type == DefinitionNames.ContainerRun)
            operation = ContainerRunReader.Read(id, args.Value);
        else if (type == DefinitionNames.CreateVolume)
            operation = CreateVolume(id, args.Value);
        else if (args.Value.Kind != JsonValueKind.Object)
            args.Value.Refuse("an object with the operation's arguments");

        // What stands in for an operation that could not be read is seen only by the checks that look across operations.
        operation = (operation ?? new CreateVolume(id) { Name = "" }) with
        {
            Results = fields.Optional("results", [], f => f.Map(
                Rule, Rules.IsNotEmpty, "a name that is not empty", "an object of names and patterns", DefinitionLimits.Results)),
            Execution = fields.Optional("execution", Execution),
        };
        fields.Done();
        return operation;
    }

    private static CreateVolume CreateVolume(string id, Place place)
    {
        var fields = new Fields(place, $"the args of {DefinitionNames.CreateVolume}");
        var volume = new CreateVolume(id)
        {
            Name = fields.RequiredText("name", "a volume's name of letters, digits, '.', '_' and '-'", Rules.IsVolumeName, DefinitionLimits.Name),
        };
        fields.Done();
        return volume;
    }

    private static ResultRule Rule(Place place)
    {
        const string allowed = "a regular expression, or an object with regex and logType";
        if (place.Kind != JsonValueKind.Object)
            return new ResultRule(Pattern(place, allowed));
        var fields = new Fields(place, allowed);
        var rule = new ResultRule(fields.Required("regex", "a regular expression", "", f => Pattern(f, "a regular expression")))
        {
            Sources = fields.Required("logType", $"a list of {DefinitionNames.LogSources.Allowed}", [], LogSources),
        };
        fields.Done();
        return rule;
    }

    private static ValueList<LogSource> LogSources(Place place)
    {
        var allowed = $"1 to 4 of {DefinitionNames.LogSources.Allowed}, each once";
        var sources = place.List(source => source.Named(DefinitionNames.LogSources), allowed, max: 4);
        if (place.Kind == JsonValueKind.Array && place.Json.GetArrayLength() is 0)
            place.Refuse(allowed);
        else if (place.Kind == JsonValueKind.Array && place.Json.EnumerateArray().DistinctBy(source => source.GetRawText()).Count() < sources.Count)
            place.Refuse("a list with something twice", allowed);
        return sources;
    }

    private static string Pattern(Place place, string allowed)
    {
        var pattern = place.Text(DefinitionLimits.ShortText, allowed);
        if (place.Kind != JsonValueKind.String || pattern.Length > DefinitionLimits.ShortText)
            return pattern;
        try
        {
            new ResultRule(pattern).Compile();
        }
        catch (RegexParseException e)
        {
            place.Refuse($"{place.Described}, which is no regular expression ({e.Error} at character {e.Offset})", allowed);
        }
        catch (NotSupportedException)
        {
            place.Refuse(
                $"{place.Described}, which cannot be matched in linear time",
                "a regular expression without lookaround, backreferences, atomic groups or very large repetitions");
        }
        return pattern;
    }

    private static Execution Execution(Place place)
    {
        var fields = new Fields(place, "execution");
        var execution = new Execution
        {
            Group = fields.Optional("group", f => f.Text(DefinitionLimits.Name)),
            DependsOn = fields.Optional("depends_on", [], f => f.List(
                d => d.Text(), "a list of ids of operations", DefinitionLimits.Operations)),
            StopIfDependentStops = fields.Flag("stop_if_dependent_stops"),
        };
        fields.Done();
        if (fields.Has("stop_if_dependent_stops", out var stop) && !fields.Has("depends_on"))
            stop.Value.Refuse("this field without depends_on", "this field only beside depends_on");
        return execution;
    }
}
