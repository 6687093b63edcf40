using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PushApp.Contacts;

/// <summary>
/// For <c>dotnet ef migrations add … --project libs/PushApp.Contacts -o Storage/Migrations/Sqlite</c>, and the same with <c>-o Storage/Migrations/PostgreSql -- Host=none;Database=none</c>:
/// what stands after the bar is the connection string. It opens no database.
/// </summary>
internal sealed class DesignTimeContactsDbContextFactory : IDesignTimeDbContextFactory<ContactsDbContext>
{
    public ContactsDbContext CreateDbContext(string[] args) =>
        new((DbContextOptions<ContactsDbContext>)new DbContextOptionsBuilder<ContactsDbContext>()
            .UseContactsDatabase(args.FirstOrDefault(), ContactsDbContext.MigrationsHistoryTable).Options);
}
