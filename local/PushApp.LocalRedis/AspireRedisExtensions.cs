using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>The Redis client of a service.</summary>
public static class AspireRedisExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";

    /// <summary>
    /// Registers one <see cref="IConnectionMultiplexer"/> for <c>ConnectionStrings:{connectionName}</c>, made on first use, with a health check.
    /// <see cref="ConfigurationOptions"/> are options of the host: <c>Aspire:StackExchange:Redis:ConfigurationOptions</c> and <c>Configure</c> change them.
    /// </summary>
    public static void AddRedisClient(this IHostApplicationBuilder builder, string connectionName, Action<StackExchangeRedisSettings>? configureSettings = null, Action<ConfigurationOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var section = builder.Configuration.GetSection(Section);
        var settings = new StackExchangeRedisSettings();
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.TryAddTransient<IOptionsFactory<ConfigurationOptions>>(services => new ConfigurationOptionsFactory(
            settings.ConnectionString,
            services.GetServices<IConfigureOptions<ConfigurationOptions>>(),
            services.GetServices<IPostConfigureOptions<ConfigurationOptions>>()));
        builder.Services.Configure<ConfigurationOptions>(options =>
        {
            section.GetSection("ConfigurationOptions").Bind(options);
            section.GetSection($"{connectionName}:ConfigurationOptions").Bind(options);
            configureOptions?.Invoke(options);
        });
        builder.Services.AddSingleton<IConnectionMultiplexer>(services => Connect(services, connectionName));
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("StackExchange.Redis");
        }
    }

    private static ConnectionMultiplexer Connect(IServiceProvider services, string connectionName)
    {
        var options = services.GetRequiredService<IOptions<ConfigurationOptions>>().Value;
        if (options.EndPoints.Count == 0)
        {
            throw new InvalidOperationException($"No endpoints specified: set ConnectionStrings:{connectionName} (environment: ConnectionStrings__{connectionName}), such as 'localhost:6379,password=…'.");
        }

        options.LoggerFactory ??= services.GetService<ILoggerFactory>();
        return ConnectionMultiplexer.Connect(options);
    }

    /// <summary>Begins with what the connection string says.</summary>
    private sealed class ConfigurationOptionsFactory(string? connectionString, IEnumerable<IConfigureOptions<ConfigurationOptions>> setups, IEnumerable<IPostConfigureOptions<ConfigurationOptions>> postConfigures)
        : OptionsFactory<ConfigurationOptions>(setups, postConfigures)
    {
        protected override ConfigurationOptions CreateInstance(string name) =>
            connectionString is null ? base.CreateInstance(name) : ConfigurationOptions.Parse(connectionString);
    }
}
