namespace PushApp.Tests.Infrastructure;

/// <summary>What accounts, contacts and jobs are kept in.</summary>
public enum StoreKind
{
    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A database of <see cref="PostgreSqlServer"/>.</summary>
    PostgreSql,
}
