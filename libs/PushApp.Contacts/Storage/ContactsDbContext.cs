using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PushApp.Contacts;

/// <summary>Contacts, import jobs, outbox and notifications.</summary>
internal sealed class ContactsDbContext(DbContextOptions<ContactsDbContext> options) : DbContext(options)
{
    public const string MigrationsHistoryTable = "__ContactsMigrations";
    public const string ToSweepIndex = "IX_Imports_ToSweep";
    public const string UnreadIndex = "IX_Notifications_Unread";

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
        configurationBuilder.UseDatabaseConventions(this);
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

            // Given out by the IContactStore, in its write transaction.
            contact.Property(c => c.Id).ValueGeneratedNever();
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

        modelBuilder.Entity<Notification>(notification =>
        {
            notification.ToTable("Notifications");
            notification.HasIndex(n => new { n.Owner, n.Time });
        });

        DatabaseDialect.Of(this).Configure(modelBuilder);
    }

    private sealed class ImportStateConverter() : ValueConverter<ImportState, string>(
        state => state.ToText(), text => ImportStateText.Parse(text));

    private sealed class LabeledValuesConverter() : ValueConverter<IReadOnlyList<LabeledValue>, string>(
        values => LabeledValuesJson.Write(values), text => LabeledValuesJson.Read(text));

    private sealed class LabeledValuesComparer() : ValueComparer<IReadOnlyList<LabeledValue>>(
        (left, right) => left!.SequenceEqual(right!), values => values.Count, values => values.ToArray());
}
