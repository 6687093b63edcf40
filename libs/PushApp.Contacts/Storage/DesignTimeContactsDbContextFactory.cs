using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PushApp.Contacts;

/// <summary>For <c>dotnet ef migrations add … --project libs/PushApp.Contacts</c>, which opens no database.</summary>
internal sealed class DesignTimeContactsDbContextFactory : IDesignTimeDbContextFactory<ContactsDbContext>
{
    public ContactsDbContext CreateDbContext(string[] args) =>
        new((DbContextOptions<ContactsDbContext>)new DbContextOptionsBuilder<ContactsDbContext>()
            .UseContactsDatabase(null, ContactsDbContext.MigrationsHistoryTable).Options);
}
