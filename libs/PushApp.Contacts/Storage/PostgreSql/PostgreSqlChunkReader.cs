using Npgsql;

namespace PushApp.Contacts;

/// <summary>Reads an uploaded file's pieces from PostgreSQL.</summary>
internal sealed class PostgreSqlChunkReader : IImportChunkReader
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _get;

    public PostgreSqlChunkReader(string connectionString, long jobNumber)
    {
        _connection = new NpgsqlConnection(connectionString);
        _get = new NpgsqlCommand("""SELECT "Data" FROM "ImportChunks" WHERE "JobNumber" = $1 AND "Number" = $2""", _connection)
        {
            Parameters = { new() { Value = jobNumber }, new() { Value = 0 } },
        };
    }

    public byte[]? Read(int number)
    {
        // A piece is asked for seldom: others have the connection meanwhile.
        _connection.Open();
        try
        {
            _get.Parameters[1].Value = number;
            return (byte[]?)_get.ExecuteScalar();
        }
        finally
        {
            _connection.Close();
        }
    }

    public void Dispose()
    {
        _get.Dispose();
        _connection.Dispose();
    }
}
