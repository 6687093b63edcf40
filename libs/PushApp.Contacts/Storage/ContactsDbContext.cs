using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PushApp.Contacts;

/// <summary>Contacts, import jobs, outbox and notifications.</summary>
internal sealed class ContactsDbContext(DbContextOptions<ContactsDbContext> options) : DbContext(options)
{
    public const string MigrationsHistoryTable = "__ContactsMigrations";

    public DbSet<AddressBook> Books => Set<AddressBook>();

    public DbSet<Contact> Contacts => Set<Contact>();

    public DbSet<ContactKey> ContactKeys => Set<ContactKey>();

    public DbSet<ImportJob> Imports => Set<ImportJob>();

    public DbSet<ImportChunk> ImportChunks => Set<ImportChunk>();

    public DbSet<ImportTouch> ImportTouches => Set<ImportTouch>();

    public DbSet<RejectedRow> RejectedRows => Set<RejectedRow>();

    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    public DbSet<Lease> Leases => Set<Lease>();

    public DbSet<Notification> Notifications => Set<Notification>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no type for times; as whole milliseconds they compare and sort.
        configurationBuilder.KeepTimesAsNumbers();
        configurationBuilder.Properties<ImportState>().HaveConversion<ImportStateConverter>();
        configurationBuilder.Properties<IReadOnlyList<LabeledValue>>().HaveConversion<LabeledValuesConverter, LabeledValuesComparer>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AddressBook>(book =>
        {
            book.ToTable("AddressBooks");
            book.HasIndex(b => b.Owner).IsUnique();
        });

        modelBuilder.Entity<Contact>(contact =>
        {
            contact.ToTable("Contacts");

            // Given out by SqliteContactStore, in its write transaction.
            contact.Property(c => c.Id).ValueGeneratedNever();
            contact.HasIndex(c => new { c.BookId, c.SortName });
        });

        modelBuilder.Entity<ContactKey>(key =>
        {
            key.ToTable("ContactKeys");
            key.HasKey(k => new { k.BookId, k.Key });
        });

        modelBuilder.Entity<ImportJob>(job =>
        {
            job.ToTable("Imports");
            job.HasKey(j => j.Number);
            job.HasIndex(j => j.Id).IsUnique();
            job.HasIndex(j => new { j.Owner, j.Number });
            job.HasIndex(j => new { j.State, j.Number });
            job.HasIndex(j => j.Owner, "IX_Imports_OneRunningPerOwner").IsUnique().HasFilter("\"State\" = 'running'");
            job.HasIndex(j => j.Swept, "IX_Imports_ToSweep").HasFilter("\"Swept\" = 0");
        });

        modelBuilder.Entity<ImportChunk>(chunk =>
        {
            chunk.ToTable("ImportChunks");
            chunk.HasKey(c => new { c.JobNumber, c.Number });
        });

        modelBuilder.Entity<ImportTouch>(touch =>
        {
            touch.ToTable("ImportTouches");
            touch.HasKey(t => new { t.JobNumber, t.ContactId });
        });

        modelBuilder.Entity<RejectedRow>(row =>
        {
            row.ToTable("RejectedRows");
            row.HasKey(r => new { r.JobNumber, r.Row });
        });

        modelBuilder.Entity<OutboxMessage>(message =>
        {
            message.ToTable("Outbox");
            message.HasIndex(m => m.Key).IsUnique();
        });

        modelBuilder.Entity<Lease>(lease =>
        {
            lease.ToTable("Leases");
            lease.HasKey(l => l.Name);
            lease.HasData(new Lease { Name = OutboxLease.Name, Token = "", Until = DateTimeOffset.UnixEpoch });
        });

        modelBuilder.Entity<Notification>(Configure);
    }

    private static void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.ToTable("Notifications");
        notification.HasIndex(n => new { n.Owner, n.Time });
        notification.HasIndex(n => n.Owner, "IX_Notifications_Unread").HasFilter("\"Read\" = 0");
    }

    private sealed class ImportStateConverter() : ValueConverter<ImportState, string>(
        state => state.ToText(), text => ImportStateText.Parse(text));

    private sealed class LabeledValuesConverter() : ValueConverter<IReadOnlyList<LabeledValue>, string>(
        values => LabeledValuesJson.Write(values), text => LabeledValuesJson.Read(text));

    private sealed class LabeledValuesComparer() : ValueComparer<IReadOnlyList<LabeledValue>>(
        (left, right) => left!.SequenceEqual(right!), values => values.Count, values => values.ToArray());
}
