using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>Reads an uploaded file's pieces from SQLite.</summary>
internal sealed class SqliteChunkReader : IImportChunkReader
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatements _statements;
    private readonly SqliteStatement _get;

    public SqliteChunkReader(string connectionString, long jobNumber)
    {
        _connection = SqliteSetUp.Open(connectionString, bulk: false);
        _statements = new SqliteStatements(_connection);
        _get = _statements.Prepare("SELECT Data FROM ImportChunks WHERE JobNumber = ?1 AND Number = ?2");
        _get.Set(1, jobNumber);
    }

    public byte[]? Read(int number) => _get.Set(2, number).ReadBytes();

    public void Dispose()
    {
        _statements.Dispose();
        _connection.Dispose();
    }
}
