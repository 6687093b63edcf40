using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Contacts;

namespace PushApp.Web.Contacts;

/// <summary>Contacts, their import and sharing, and the notification box, over HTTP.</summary>
internal static class ContactsFeature
{
    public static void AddContactsFeature(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IContactsPublisher, PushContactsPublisher>();
        builder.Services.AddSingleton<ImportQueueSwitch>();
        builder.Services.AddSingleton<IImportWakeUp, RedisImportWakeUp>();
        builder.Services.AddOptions<SharingOptions>().BindConfiguration(SharingOptions.SectionName).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SharingOptions>, SharingOptionsValidator>());
        builder.Services.AddSingleton<SharingLimiter>();
        builder.AddContacts();
    }

    public static void MapContactsFeature(this WebApplication app)
    {
        app.MapImports();
        app.MapContacts();
        app.MapNotifications();
    }
}
