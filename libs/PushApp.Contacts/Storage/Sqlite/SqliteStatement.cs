using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PushApp.Contacts;

/// <summary>
/// A prepared statement of SQLite's own interface. <see cref="SqliteCommand"/> boxes each parameter, and makes a reader for each execution: with the dozen statements that
/// a contact takes, that was most of an import's time. Belongs to whatever transaction its connection is in. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt handle) : IDisposable
{
    private const int StackBytes = 512;

    /// <summary>Sets a parameter, from 1; it keeps its value until it is set again.</summary>
    public SqliteStatement Set(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    /// <inheritdoc cref="Set(int, long)"/>
    public SqliteStatement Set(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(handle, index, number) : raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <inheritdoc cref="Set(int, long)"/>
    public SqliteStatement Set(int index, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(handle, index));
            return this;
        }

        return SetText(index, value);
    }

    /// <inheritdoc cref="Set(int, long)"/>
    public SqliteStatement SetText(int index, ReadOnlySpan<char> value)
    {
        var length = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = length <= StackBytes ? null : ArrayPool<byte>.Shared.Rent(length);
        var bytes = rented ?? stackalloc byte[StackBytes];
        SetUtf8(index, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    /// <summary>Sets a parameter to text that is UTF-8 already.</summary>
    public SqliteStatement SetUtf8(int index, ReadOnlySpan<byte> value)
    {
        // SQLite takes a copy, and an empty span for NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_text(handle, index, "") : raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    /// <summary>Runs the statement and returns how many rows it changed.</summary>
    public int Execute()
    {
        try
        {
            Step();
            return raw.sqlite3_changes(database);
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    /// <summary>The first row's first column as a whole number; null when there is no row or no value.</summary>
    public long? ReadInt64()
    {
        try
        {
            return Step() && !IsNull(0) ? raw.sqlite3_column_int64(handle, 0) : null;
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    /// <summary>The first row's first column as bytes; null when there is no row.</summary>
    public byte[]? ReadBytes()
    {
        try
        {
            return Step() ? raw.sqlite3_column_blob(handle, 0).ToArray() : null;
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    /// <summary>The first row's columns as text; null when there is no row.</summary>
    public string?[]? ReadTexts()
    {
        try
        {
            if (!Step())
            {
                return null;
            }

            var texts = new string?[raw.sqlite3_column_count(handle)];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = IsNull(i) ? null : raw.sqlite3_column_text(handle, i).utf8_to_string();
            }

            return texts;
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    public void Dispose() => handle.Dispose();

    private bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    private bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        SqliteException.ThrowExceptionForRC(result, database);
        return false;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
