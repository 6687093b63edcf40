using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using PushApp.Contacts;

namespace PushApp.Web.Chat;

/// <summary>
/// For <c>dotnet ef migrations add … --project PushApp.Web --context ChatDbContext -o Chat/Migrations/Sqlite</c>, which must not start the web node, and the same with
/// <c>-o Chat/Migrations/PostgreSql -- Host=none;Database=none</c>: what stands after the bar is the connection string. It opens no database.
/// </summary>
internal sealed class ChatDbContextFactory : IDesignTimeDbContextFactory<ChatDbContext>
{
    public ChatDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<ChatDbContext>();
        options.UseContactsDatabase(args.FirstOrDefault() ?? "Data Source=obj/design-time.db", ChatDbContext.MigrationsHistoryTable);
        return new ChatDbContext(options.Options);
    }
}
