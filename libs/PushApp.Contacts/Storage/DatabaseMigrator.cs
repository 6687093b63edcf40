using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>Applies a context's migrations at start, safely with several instances starting at once and with one of them killed meanwhile.</summary>
public static class DatabaseMigrator
{
    /// <summary>How long one instance waits for another that migrates.</summary>
    internal static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Applies what the database lacks of the context's migrations; creates a SQLite file where there is none.</summary>
    /// <param name="context">A context set up by <see cref="ContactsDatabaseExtensions.UseContactsDatabase"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the lock, and the work between two migrations.</param>
    /// <exception cref="InvalidOperationException">
    /// The file is on a disk that cannot be shared; the server lacks the database or the extension <c>pg_trgm</c>; or another instance kept the lock for 5 minutes. The message says what to do.
    /// </exception>
    public static Task MigrateAsync(DbContext context, CancellationToken cancellationToken = default) => MigrateAsync(context, static () => { }, cancellationToken);

    /// <inheritdoc cref="MigrateAsync(DbContext, CancellationToken)"/>
    /// <param name="context">A context set up by <see cref="ContactsDatabaseExtensions.UseContactsDatabase"/>.</param>
    /// <param name="seed">What to do once the schema is there, while no other instance migrates: what must be made once and by one.</param>
    /// <param name="cancellationToken">Ends the wait for the lock, and the work between two migrations.</param>
    public static Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken) =>
        DatabaseDialect.Of(context).MigrateAsync(context, seed, cancellationToken);

    /// <summary>What is said when the lock was not to be had.</summary>
    internal static InvalidOperationException LockFailure(string what, Exception exception) => new(
        $"{what} cannot be locked ({exception.Message}). Another instance has been migrating the database for {LockTimeout.TotalMinutes} minutes: look at its log, or end it.", exception);
}
