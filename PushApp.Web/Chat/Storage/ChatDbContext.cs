using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;
using PushApp.Push;

namespace PushApp.Web.Chat;

/// <summary>Who is in which conversations: in the same database as the contacts, with a migrations history of its own. Messages lie in the channels' logs.</summary>
internal sealed class ChatDbContext(DbContextOptions<ChatDbContext> options) : DbContext(options)
{
    /// <summary>The table that tells which of this context's migrations were applied.</summary>
    public const string MigrationsHistoryTable = "__ChatMigrations";

    public DbSet<ListedConversation> Conversations => Set<ListedConversation>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<ListedConversation>(conversation =>
    {
        conversation.ToTable("ChatConversations");
        conversation.HasKey(c => new { c.UserId, c.Channel });
        conversation.Property(c => c.Channel).HasMaxLength(ChannelName.MaxLength);
        conversation.Property(c => c.Title).HasMaxLength(256);
        conversation.Property(c => c.ReadPosition).HasMaxLength(Position.MaxTextLength);
    });

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UseDatabaseConventions(this);
}
