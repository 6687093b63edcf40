using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>Accounts, sign-ins and the keys that protect cookies and tokens: in the same database as the contacts, with a migrations history of its own.</summary>
internal sealed class AccountsDbContext(DbContextOptions<AccountsDbContext> options) : IdentityUserContext<AccountUser>(options), IDataProtectionKeyContext
{
    /// <summary>The table that tells which of this context's migrations were applied.</summary>
    public const string MigrationsHistoryTable = "__AccountsMigrations";

    public DbSet<SignIn> SignIns => Set<SignIn>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<AccountUser>().ToTable("Users");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserClaim<string>>().ToTable("UserClaims");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserLogin<string>>().ToTable("UserLogins");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserToken<string>>().ToTable("UserTokens");
        builder.Entity<SignIn>(signIn =>
        {
            signIn.ToTable("SignIns");
            signIn.Property(s => s.Id).HasMaxLength(32);
            signIn.HasOne<AccountUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UseDatabaseConventions(this);
}
