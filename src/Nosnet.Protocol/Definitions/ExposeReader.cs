using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Reads which ports are exposed, and the checks at them.</summary>
internal static class ExposeReader
{
    private const string PortAllowed = "a port, a whole number from 1 to 65535";
    private const string Allowed = $"{PortAllowed}, an object with port, or a literal such as \"%%global.variables.port%%\"";

    public static Expose Read(Place place)
    {
        if (place.Kind != JsonValueKind.Array)
            return Expose.Single(Exposure(place));
        var items = place.List(Exposure, "a list of ports");
        var ports = new HashSet<int>();
        for (var i = 0; i < items.Count; i++)
        {
            // A port that could not be read has its own finding.
            if (items[i] is ExposedPort { Port: > 0 } exposed && !ports.Add(exposed.Port))
                place.Findings.Add(JsonPath.Item(place.Path, i), $"port {exposed.Port} once more", "each port once");
        }
        return Expose.List([.. items]);
    }

    private static Exposure Exposure(Place place)
    {
        switch (place.Kind)
        {
            case JsonValueKind.Number:
                return new ExposedPort(Port(place));
            case JsonValueKind.String:
                return new LiteralPort(place.Text(Literal.IsWhole, Allowed));
            case JsonValueKind.Object when place.Json.TryGetProperty(Literal.Spread, out _):
                var (literal, chunked) = Spread(place);
                return new SpreadPorts(literal) { Chunked = chunked };
            case JsonValueKind.Object:
                return Object(place);
            default:
                place.Refuse(Allowed);
                return new ExposedPort(0);
        }
    }

    public static (string Literal, bool Chunked) Spread(Place place)
    {
        var fields = new Fields(place, "an object with __spread__");
        var spread = (fields.RequiredText(Literal.Spread, "a literal such as \"%%ops.template.results.list%%\"", Literal.IsWhole), fields.Flag("chunked"));
        fields.Done();
        return spread;
    }

    private static ExposedPort Object(Place place)
    {
        var fields = new Fields(place, "an exposed port");
        var port = new ExposedPort(fields.Required("port", PortAllowed, 0, Port))
        {
            Service = fields.Optional<ServiceKind?>("type", null, f => f.Named(DefinitionNames.Services)),
            HealthChecks = fields.Optional("health_checks", [], f => f.List(HealthCheck, "a list of health checks")),
        };
        fields.Done();
        return port;
    }

    private static int Port(Place place) => place.Whole(1, 65535, PortAllowed, refused: 0);

    private static HealthCheck HealthCheck(Place place)
    {
        const string types = "\"http\" or \"websocket\"";
        var fields = new Fields(place, "a health check");
        var type = fields.RequiredText("type", types, t => t is "http" or "websocket");

        // The official validator refuses a check without this field, the official examples leave it out: false is what they mean.
        var continuous = fields.Flag("continuous");
        HealthCheck check = new WebSocketCheck("");
        if (type == "http")
        {
            check = new HttpCheck(fields.RequiredText("path", "what follows the port in a URL: empty, or starting with '/'", Rules.IsUrlPath))
            {
                Method = fields.Required("method", DefinitionNames.Methods.Allowed, default, f => f.Named(DefinitionNames.Methods)),
                ExpectedStatus = fields.Required("expected_status", "an HTTP status", 200, f => f.Whole(100, 599, "an HTTP status, a whole number from 100 to 599", 200)),
                Headers = fields.Optional("headers", [], f => f.Map(
                    value => value.Text(Rules.IsHeaderValue, "a header's value, on one line"),
                    Rules.IsHeaderName, "a header's name", "an object of headers, each a text")),
                Body = fields.Optional("body", f => new AnyJson(f.Json)),
            };
        }
        else if (type == "websocket")
        {
            check = new WebSocketCheck(fields.Required("expected_response", "a text", "", f => f.Text()));
        }
        if (type is "http" or "websocket")
            fields.Done();
        return check with { Continuous = continuous };
    }
}
