using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>Makes prepared statements whose parameters are numbered <c>@0, @1, …</c>, and disposes of them together.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly List<SqliteCommand> _commands = [];

    public SqliteStatement Prepare(string sql, params ReadOnlySpan<SqliteType> parameters)
    {
        var command = connection.CreateCommand();
        _commands.Add(command);
        command.CommandText = sql;
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"@{i}"), parameters[i]);
        }

        command.Prepare();
        return new SqliteStatement(command);
    }

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }
    }
}

/// <summary>A prepared statement.</summary>
internal readonly struct SqliteStatement(SqliteCommand command)
{
    /// <summary>Sets the transaction that the next executions belong to.</summary>
    public SqliteStatement In(SqliteTransaction? transaction)
    {
        command.Transaction = transaction;
        return this;
    }

    /// <summary>Sets a parameter; null is SQL's NULL.</summary>
    public SqliteStatement Set(int index, object? value)
    {
        command.Parameters[index].Value = value ?? DBNull.Value;
        return this;
    }

    public int Execute() => command.ExecuteNonQuery();

    public object? Scalar() => command.ExecuteScalar();

    public SqliteDataReader Query() => command.ExecuteReader();
}
