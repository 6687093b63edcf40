using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Web.Chat;

/// <summary>The chat: rooms and direct messages over Socket.IO, kept in the channels' logs.</summary>
internal static class ChatFeature
{
    private const string Namespace = "/chat";

    public static void AddChat(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ChatOptions>().BindConfiguration(ChatOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatOptions>, ChatOptionsValidator>());
        services.AddDbContextFactory<ChatDbContext>((provider, options) => options.UseContactsDatabase(
            provider.GetRequiredService<IConfiguration>().GetConnectionString(ContactsConnectionString.Name), ChatDbContext.MigrationsHistoryTable));
        services.AddHostedService<DatabaseMigration<ChatDbContext>>();
        services.AddSingleton<ConversationList>();
        services.AddSingleton<ChatLog>();
        services.AddSingleton<ChatLimiter>();
    }

    /// <summary>Inside of <c>MapSocketIO</c>, beside the main namespace.</summary>
    public static void MapChat(this SocketIOBuilder io) =>
        io.MapNamespace<ChatNamespace>(Namespace).UseRoomChannels(ChannelName.Parse);
}
