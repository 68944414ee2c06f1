using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Nosnet.Perf;

/// <summary>What wrk sends, in Lua. Requests are made before they are needed, so that the load costs little.</summary>
internal sealed class WrkScripts(string directory)
{
    private int _number;

    public string Get(string key) => Write($"""wrk.headers["Authorization"] = "Bearer {key}" """);

    /// <param name="body">The body of every request.</param>
    /// <param name="keys">The API keys with which it is sent, in turn.</param>
    /// <param name="isKeyed">Whether each request has an Idempotency-Key of its own.</param>
    public string Post(string body, IReadOnlyList<string> keys, bool isKeyed = false) => Write($$"""
        local keys = { {{string.Join(", ", keys.Select(key => JsonSerializer.Serialize(key)))}} }
        local body = '{{body}}'
        local headers = { ["Content-Type"] = "application/json" }
        local requests, number, run = {}, 0, nil

        function init()
          run = tostring(os.time()) .. "-" .. tostring(requests):match("0x%x+") .. "-"
          for i, key in ipairs(keys) do
            headers["Authorization"] = "Bearer " .. key
            requests[i] = wrk.format("POST", nil, headers, body)
          end
        end

        function request()
          number = number + 1
          if {{(isKeyed ? "true" : "false")}} then
            headers["Idempotency-Key"] = run .. number
            return wrk.format("POST", nil, headers, body)
          end
          return requests[number % #requests + 1]
        end
        """);

    private string Write(string lua)
    {
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{_number++}.lua"));
        File.WriteAllText(path, lua, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }
}
