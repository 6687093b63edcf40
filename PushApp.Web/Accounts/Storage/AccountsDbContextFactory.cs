using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using PushApp.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>
/// For <c>dotnet ef migrations add … --project PushApp.Web --context AccountsDbContext -o Accounts/Migrations/Sqlite</c>, which must not start the web node, and the same with
/// <c>-o Accounts/Migrations/PostgreSql -- Host=none;Database=none</c>: what stands after the bar is the connection string. It opens no database.
/// </summary>
internal sealed class AccountsDbContextFactory : IDesignTimeDbContextFactory<AccountsDbContext>
{
    public AccountsDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<AccountsDbContext>();
        options.UseContactsDatabase(args.FirstOrDefault() ?? "Data Source=obj/design-time.db", AccountsDbContext.MigrationsHistoryTable);

        // The model asks the app's options for the version of Identity's tables.
        options.UseApplicationServiceProvider(new ServiceCollection().Configure<IdentityOptions>(AccountsFeature.Configure).BuildServiceProvider());
        return new AccountsDbContext(options.Options);
    }
}
