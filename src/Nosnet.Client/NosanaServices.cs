using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Nosnet.Client;

/// <summary>Registers a <see cref="NosanaClient"/> with a service collection.</summary>
public static class NosanaServices
{
    private const string ClientName = "Nosnet.Client";

    /// <summary>Adds a <see cref="NosanaClient"/> as a singleton, its connections coming from <see cref="IHttpClientFactory"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; they may also be configured as any <see cref="IOptions{NosanaClientOptions}"/>.</param>
    /// <remarks>Options that cannot be keep a host from starting, with an <see cref="OptionsValidationException"/>.</remarks>
    /// <returns>The builder of its HTTP clients, to add handlers.</returns>
    public static IHttpClientBuilder AddNosanaClient(this IServiceCollection services, Action<NosanaClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<NosanaClientOptions>();
        if (configure is not null)
            options.Configure(configure);
        options.PostConfigure<IServiceProvider>((o, provider) => o.TimeProvider ??= provider.GetService<TimeProvider>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NosanaClientOptions>, OptionsCheck>());
        options.ValidateOnStart();
        services.TryAddSingleton(provider =>
        {
            var factory = provider.GetRequiredService<IHttpClientFactory>();
            return new NosanaClient(provider.GetRequiredService<IOptions<NosanaClientOptions>>().Value, () => factory.CreateClient(ClientName));
        });
        return services.AddHttpClient(ClientName)
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(NosanaClient.Handler);
    }

    private sealed class OptionsCheck : IValidateOptions<NosanaClientOptions>
    {
        public ValidateOptionsResult Validate(string? name, NosanaClientOptions options)
        {
            try
            {
                Connection.From(options, Environment.GetEnvironmentVariable);
                return ValidateOptionsResult.Success;
            }
            catch (ArgumentException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
