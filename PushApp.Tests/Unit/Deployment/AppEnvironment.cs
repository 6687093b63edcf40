using Microsoft.Extensions.Configuration;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Accounts;
using PushApp.Web.Chat;
using PushApp.Web.Contacts;
using PushApp.Web.Inspector;
using PushApp.Web.Site;
using PushApp.Web.Telemetry;

namespace PushApp.Tests.Unit.Deployment;

/// <summary>Reads a service's environment as the app does: every name must be one of its settings, and every value one that it takes.</summary>
internal static class AppEnvironment
{
    private static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [PushOptions.SectionName] = typeof(PushOptions),
        [SocketIOOptions.SectionName] = typeof(SocketIOOptions),
        [ImportOptions.SectionName] = typeof(ImportOptions),
        [OutboxOptions.SectionName] = typeof(OutboxOptions),
        [SharingOptions.SectionName] = typeof(SharingOptions),
        [AccountsOptions.SectionName] = typeof(AccountsOptions),
        [ChatOptions.SectionName] = typeof(ChatOptions),
        [InspectorOptions.SectionName] = typeof(InspectorOptions),
        [BrowserTelemetryOptions.SectionName] = typeof(BrowserTelemetryOptions),
        [ProxyOptions.SectionName] = typeof(ProxyOptions),
    };

    // Of ASP.NET Core and OpenTelemetry.
    private static readonly string[] OthersNames =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY",
    ];

    /// <summary>Checks the variables; those of <paramref name="parts"/> only go into others' values.</summary>
    public static void Check(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> parts)
    {
        var names = variables.Keys.Except(OthersNames).Except(parts).ToList();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(names.Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)variables[name]))).Build();
        foreach (var section in configuration.GetChildren())
        {
            if (section.Key == "ConnectionStrings")
            {
                Assert.Equal(["contacts", "redis"], section.GetChildren().Select(child => child.Key).Order());
                ContactsConnectionString.Resolve(section["contacts"]);
                StackExchange.Redis.ConfigurationOptions.Parse(section["redis"]!);
                continue;
            }

            Assert.True(Sections.TryGetValue(section.Key, out var options), $"The app has no section '{section.Key}'.");
            section.Get(options!, binder => binder.ErrorOnUnknownConfiguration = true);
        }
    }

    /// <summary>The server that a connection string of PostgreSQL names, and how many connections a process may take of it.</summary>
    public static (string Host, int Port, int MaxPoolSize) Contacts(string connectionString)
    {
        var builder = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        return (builder.Host!, builder.Port, builder.MaxPoolSize);
    }
}
