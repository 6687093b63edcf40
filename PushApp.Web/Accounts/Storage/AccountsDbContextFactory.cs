using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using PushApp.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>For <c>dotnet ef migrations add</c>, which must not start the web node. It opens no database for that.</summary>
internal sealed class AccountsDbContextFactory : IDesignTimeDbContextFactory<AccountsDbContext>
{
    public AccountsDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<AccountsDbContext>();
        options.UseContactsDatabase("Data Source=obj/design-time.db", AccountsDbContext.MigrationsHistoryTable);
        return new AccountsDbContext(options.Options);
    }
}
