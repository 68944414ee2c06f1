using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Writes one operation in the official shape.</summary>
internal static class OperationWriter
{
    public static void Write(Utf8JsonWriter json, Operation? operation)
    {
        if (operation is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", operation is ContainerRun ? DefinitionNames.ContainerRun : DefinitionNames.CreateVolume);
        json.WriteString("id", operation.Id);
        json.WriteStartObject("args");
        if (operation is ContainerRun run)
            Write(json, run);
        else if (operation is CreateVolume volume)
            json.WriteString("name", volume.Name);
        json.WriteEndObject();
        if (json.Has("results", operation.Results))
            Write(json, operation.Results);
        if (operation.Execution is { } execution)
            Write(json, execution);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ContainerRun run)
    {
        json.WriteString("image", run.Image);
        json.TextOrList("cmd", run.Cmd);
        json.TextOrList("entrypoint", run.Entrypoint);
        json.Texts("env", run.Env);
        json.Text("work_dir", run.WorkDir);
        json.Flag("gpu", run.Gpu);
        Write(json, run.Expose);
        json.Flag("private", run.Private);
        if (json.Has("volumes", run.Volumes))
        {
            json.WriteStartArray("volumes");
            foreach (var volume in run.Volumes)
            {
                json.WriteStartObject();
                json.WriteString("name", volume.Name);
                json.WriteString("dest", volume.Destination);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        ResourceWriter.Write(json, run.Resources);
        if (run.RegistryLogin is { } login)
            Write(json, login);
        json.TextOrList("aliases", run.Aliases);
        if (run.RestartPolicy is { } policy)
            Write(json, policy);
    }

    private static void Write(Utf8JsonWriter json, RegistryLogin login)
    {
        json.WriteStartObject("authentication");
        json.WriteStartObject("docker");
        json.Text("username", login.Username);
        json.Text("password", login.Password);
        json.Text("email", login.Email);
        json.Text("server", login.Server);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RestartPolicy policy)
    {
        if (policy.Tries is not { } tries)
        {
            json.WriteString("restart_policy", DefinitionNames.Restarts[policy.Mode]);
            return;
        }
        json.WriteStartObject("restart_policy");
        json.WriteString("policy", DefinitionNames.Restarts[policy.Mode]);
        json.WriteNumber("restart_tries", tries);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Expose expose)
    {
        if (!json.Has("expose", expose))
            return;
        json.WritePropertyName("expose");
        if (expose.IsList)
            json.WriteStartArray();
        foreach (var item in expose)
            Write(json, item);
        if (expose.IsList)
            json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Exposure exposure)
    {
        switch (exposure)
        {
            case LiteralPort literal:
                json.WriteStringValue(literal.Literal);
                break;
            case SpreadPorts spread:
                ResourceWriter.WriteSpread(json, spread.Literal, spread.Chunked);
                break;
            // A bare number is exposed by every node; official ones overlook an object that stands alone.
            case ExposedPort { Service: null, HealthChecks.Count: 0 } port:
                json.WriteNumberValue(port.Port);
                break;
            case ExposedPort port:
                json.WriteStartObject();
                json.WriteNumber("port", port.Port);
                if (port.Service is { } service)
                    json.WriteString("type", DefinitionNames.Services[service]);
                if (json.Has("health_checks", port.HealthChecks))
                {
                    json.WriteStartArray("health_checks");
                    foreach (var check in port.HealthChecks)
                        Write(json, check);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, HealthCheck check)
    {
        json.WriteStartObject();
        if (check is HttpCheck http)
        {
            json.WriteString("type", "http");
            json.WriteString("path", http.Path);
            json.WriteString("method", DefinitionNames.Methods[http.Method]);
            json.WriteNumber("expected_status", http.ExpectedStatus);
            json.Texts("headers", http.Headers);
            if (http.Body is { } body)
            {
                json.WritePropertyName("body");
                body.Value.WriteTo(json);
            }
        }
        else if (check is WebSocketCheck socket)
        {
            json.WriteString("type", "websocket");
            json.WriteString("expected_response", socket.ExpectedResponse);
        }
        json.WriteBoolean("continuous", check.Continuous);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ValueMap<ResultRule> results)
    {
        json.WriteStartObject("results");
        foreach (var (name, rule) in results)
        {
            json.WritePropertyName(name);
            if (rule.Sources.Count == 0)
            {
                json.WriteStringValue(rule.Pattern);
                continue;
            }
            json.WriteStartObject();
            json.WriteString("regex", rule.Pattern);
            json.WriteStartArray("logType");
            foreach (var source in rule.Sources)
                json.WriteStringValue(DefinitionNames.LogSources[source]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Execution execution)
    {
        json.WriteStartObject("execution");
        json.Text("group", execution.Group);
        json.Texts("depends_on", execution.DependsOn);
        json.Flag("stop_if_dependent_stops", execution.StopIfDependentStops);
        json.WriteEndObject();
    }
}
