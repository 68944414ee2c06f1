using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Perf;

/// <summary>The least that YARP can be: one forwarder to one destination, in a process of its own like the server and the node beside which it is measured.</summary>
internal static class YarpAlone
{
    public const string Command = "yarp-alone";

    public static async Task<int> RunAsync(string destination)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        app.Run(async context => await forwarder.SendAsync(context, destination, http, ForwarderRequestConfig.Empty));
        await app.StartAsync();
        return await OwnProcess.ServeAsync(app.Urls.First());
    }
}
