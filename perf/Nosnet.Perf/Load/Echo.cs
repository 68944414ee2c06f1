using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Perf;

/// <summary>The least that a server can do on this machine: it answers with the body that it was sent, or with as many bytes as its path says.</summary>
internal static class Echo
{
    public const string Command = "echo";

    private const int MostBytes = 1024 * 1024;

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        await using var app = builder.Build();
        var bytes = new byte[MostBytes];
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            if (context.Request.ContentLength is null)
            {
                var length = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture);
                context.Response.ContentLength = length;
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, length));
                return;
            }

            var body = new byte[(int)context.Request.ContentLength];
            await context.Request.Body.ReadExactlyAsync(body);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.StartAsync();
        return await OwnProcess.ServeAsync(app.Urls.First());
    }
}
