namespace PushApp.Web.Contacts;

internal static class ContactsFeature
{
    public static void AddContactsFeature(this WebApplicationBuilder builder) => _ = builder;


    public static void MapContactsFeature(this WebApplication app) => _ = app;
}
