using System.Net;
using System.Text;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

[Collection(ServiceTests.Name)]
public sealed class ExposeFormsTests(ServiceFixture service)
{
    /// <summary>Each operation says its id at every port that it exposes; the last takes connections and never says a word.</summary>
    private const string Definition = """
        {
          "version": "0.1", "type": "container",
          "global": { "variables": { "port": "8080", "ports": "[8081, {\"port\": 8082, \"type\": \"api\"}]" } },
          "ops": [
            { "type": "container/run", "id": "number", "args": { "image": "busybox", "cmd": "SERVE number; httpd -p 8080 -h /www; WAIT", "expose": 8080 } },
            { "type": "container/run", "id": "object", "args": { "image": "busybox", "cmd": "SERVE object; httpd -p 8080 -h /www; WAIT",
              "expose": { "port": 8080, "type": "web", "health_checks": [{ "type": "http", "path": "/", "method": "GET", "expected_status": 200, "continuous": false }] } } },
            { "type": "container/run", "id": "literal", "args": { "image": "busybox", "cmd": "SERVE literal; httpd -p 8080 -h /www; WAIT", "expose": "%%global.variables.port%%" } },
            { "type": "container/run", "id": "array", "args": { "image": "busybox", "cmd": "SERVE array; httpd -p 8080 -h /www; httpd -p 8081 -h /www; WAIT", "expose": [8080, { "port": 8081 }] } },
            { "type": "container/run", "id": "spread", "args": { "image": "busybox", "cmd": "SERVE spread; httpd -p 8081 -h /www; httpd -p 8082 -h /www; WAIT", "expose": { "__spread__": "%%global.variables.ports%%" } } },
            { "type": "container/run", "id": "private", "args": { "image": "busybox", "cmd": "SERVE private; httpd -p 8080 -h /www; WAIT", "expose": 8080, "private": true } },
            { "type": "container/run", "id": "hanging", "args": { "image": "busybox", "cmd": "trap 'exit 0' TERM; nc -ll -p 8080 -e sleep 1000 & wait",
              "expose": { "port": 8080, "health_checks": [{ "type": "http", "path": "/", "method": "GET", "expected_status": 200, "continuous": true }] } } }
          ]
        }
        """;

    private static readonly (string, int)[] Served =
        [("number", 8080), ("object", 8080), ("literal", 8080), ("array", 8080), ("array", 8081), ("spread", 8081), ("spread", 8082), ("private", 8080)];

    private static CancellationToken Cancelled => ServiceFixture.Cancelled;

    [Fact]
    public async Task Every_form_of_expose_is_served_and_a_check_that_hangs_holds_up_nothing()
    {
        var serve = Definition.Replace("SERVE ", "trap 'exit 0' TERM; mkdir /www; echo >/www/index.html ", StringComparison.Ordinal)
            .Replace("WAIT", "sleep 100000 & wait", StringComparison.Ordinal)
            .Replace("\"type\": \"container/run\"", "\"type\": \"container/run\", \"execution\": { \"group\": \"all\" }", StringComparison.Ordinal);
        var job = await service.PostAsync(JobDefinitionParser.Parse(Encoding.UTF8.GetBytes(serve)).OrThrow());
        var seen = await LiveNetwork.UntilAsync(job, j => j.HasEnded || j.Endpoints.Count(e => e.Status is EndpointStatus.Online) == Served.Length);

        seen.HasEnded.ShouldBeFalse(seen.Json.ToString());
        seen.Endpoints.Where(e => e.Status is EndpointStatus.Online).Select(e => (e.OpId, e.Port)).ShouldBe(Served, ignoreOrder: true);
        seen.Endpoints.Single(e => e.OpId == "hanging").Status.ShouldBe(EndpointStatus.Offline);
        foreach (var endpoint in seen.Endpoints.Where(e => e.Status is EndpointStatus.Online))
            (await service.Http.GetStringAsync(endpoint.Url, Cancelled)).ShouldBe(endpoint.OpId + "\n");
        await TheIdThatAnyoneCouldDeriveIsNobodysAsync(seen.Endpoints.Single(e => e.OpId == "private"), EndpointId.Of(job.Address, 5, 8080));

        await job.StopAsync(Cancelled);
        (await LiveNetwork.UntilAsync(job, j => j.HasEnded)).EndReason.ShouldBe(EndReason.StoppedByOwner);
    }

    private async Task TheIdThatAnyoneCouldDeriveIsNobodysAsync(JobEndpoint endpoint, string derived)
    {
        var url = new Uri(endpoint.Url);
        var id = url.Host.Split('.')[0];
        id.ShouldNotBe(derived.ToLowerInvariant());
        using var answer = await service.Http.GetAsync(new Uri(endpoint.Url.Replace(id, derived, StringComparison.OrdinalIgnoreCase)), Cancelled);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
