using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PushApp.Contacts;

/// <summary>Prepares statements on a connection, and disposes of them together.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];

    /// <summary>Prepares a statement whose parameters are numbered <c>?1, ?2, …</c>.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out var handle), database);
        var statement = new SqliteStatement(database, handle);
        _statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }
    }
}
