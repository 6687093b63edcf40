using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using PushApp.Contacts;

namespace PushApp.Web.Chat;

/// <summary>For <c>dotnet ef migrations add</c>, which must not start the web node. It opens no database for that.</summary>
internal sealed class ChatDbContextFactory : IDesignTimeDbContextFactory<ChatDbContext>
{
    public ChatDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<ChatDbContext>();
        options.UseContactsDatabase("Data Source=obj/design-time.db", ChatDbContext.MigrationsHistoryTable);
        return new ChatDbContext(options.Options);
    }
}
