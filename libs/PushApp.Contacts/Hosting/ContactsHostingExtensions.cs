using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>The way in.</summary>
public static class ContactsHostingExtensions
{
    /// <summary>
    /// Adds contacts, imports (to be uploaded and looked at), sharing, notifications and the outbox's relay. Reads <c>ConnectionStrings:contacts</c> and the sections
    /// <c>Imports</c> and <c>Outbox</c>; migrates the database at start, and adds the health check <c>contacts</c>, which asks it. The host registers an <see cref="IContactsPublisher"/>, and an <see cref="IImportWakeUp"/> if the
    /// workers are in other processes.
    /// </summary>
    /// <exception cref="ArgumentException"><c>ConnectionStrings:contacts</c> cannot be used.</exception>
    public static TBuilder AddContacts<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddContacts(ContactsDatabase.Parse(builder.Configuration.GetConnectionString(ContactsConnectionString.Name)));
        return builder;
    }

    /// <summary>Adds the worker that runs imports. Needs <see cref="AddContacts{TBuilder}"/>. A host that can be paused registers an <see cref="IImportPause"/>.</summary>
    public static TBuilder AddImportWorker<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton<IImportPause, NeverPaused>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ImportOptions>, ImportConnectionsValidator>());
        builder.Services.AddSingleton<ImportRunner>();
        builder.Services.AddSingleton<ImportSweeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ImportSweeper>());
        builder.Services.AddHostedService<ImportWorker>();
        return builder;
    }

    internal static void AddContacts(this IServiceCollection services, ContactsDatabase database)
    {
        services.AddOptions<ImportOptions>().BindConfiguration(ImportOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ImportOptions>, ImportOptionsValidator>());
        services.AddOptions<OutboxOptions>().BindConfiguration(OutboxOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>());

        services.AddSingleton(database);
        services.AddPooledDbContextFactory<ContactsDbContext>(options => options.UseContactsDatabase(database.ConnectionString, ContactsDbContext.MigrationsHistoryTable));
        services.AddHostedService<DatabaseMigration<ContactsDbContext>>();
        // Reads a table: a file that can be opened may still be no database.
        services.AddHealthChecks().AddDbContextCheck<ContactsDbContext>("contacts", customTestQuery: async (context, cancellationToken) =>
        {
            await context.Imports.AsNoTracking().AnyAsync(cancellationToken).ConfigureAwait(false);
            return true;
        });

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<ContactsMetrics>();
        services.AddSingleton<WakeUpSignal>();
        services.TryAddSingleton<IImportWakeUp, LocalImportWakeUp>();
        services.AddSingleton<ImportQueue>();
        services.AddHostedService<OutboxRelay>();

        services.AddSingleton(provider => new ImportUploads(
            Contexts(provider), provider.GetRequiredService<IOptions<ImportOptions>>(), provider.GetRequiredService<IImportWakeUp>(),
            provider.GetRequiredService<IContactsPublisher>(), Time(provider)));
        services.AddSingleton(provider => new ImportService(Contexts(provider), provider.GetRequiredService<ImportQueue>()));
        services.AddSingleton(provider => new ContactService(Contexts(provider)));
        services.AddSingleton(provider => new ContactSharing(
            provider.GetRequiredService<ContactsDatabase>(), Contexts(provider), provider.GetRequiredService<WakeUpSignal>(), Time(provider)));
        services.AddSingleton(provider => new NotificationBox(Contexts(provider), provider.GetRequiredService<WakeUpSignal>(), Time(provider)));

        static IDbContextFactory<ContactsDbContext> Contexts(IServiceProvider provider) => provider.GetRequiredService<IDbContextFactory<ContactsDbContext>>();

        static TimeProvider Time(IServiceProvider provider) => provider.GetRequiredService<TimeProvider>();
    }
}
