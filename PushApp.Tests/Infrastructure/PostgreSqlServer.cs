using Microsoft.EntityFrameworkCore;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace PushApp.Tests.Infrastructure;

/// <summary>One PostgreSQL server for the whole run, started when first asked for: a process on a free port of loopback, with a data folder of its own, that trusts everybody and writes nothing through to the disk.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Why = "install PostgreSQL (Debian: apt-get install postgresql) to run the tests against it.";
    private const string Template = "contacts_template";

    // PostgreSQL refuses to run as root: then as "nobody", which every Linux has.
    private const string Nobody = "65534";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private TempFolder? _folder;
    private ChildProcess? _process;
    private int _port;
    private int _databases;

    /// <summary>Whether this machine has it.</summary>
    public static bool IsInstalled => FindPrograms() is not null;

    /// <summary>Skips the running test where it is not installed, or fails it in CI.</summary>
    public static void Require()
    {
        if (!IsInstalled)
        {
            Prerequisite.Missing($"PostgreSQL is not installed: {Why}");
        }
    }

    /// <summary>Makes a database. Skips the test where the server is not installed (fails it in CI).</summary>
    /// <param name="withContacts">Whether it is to have the contacts' tables, as the migrations make them.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(bool withContacts)
    {
        await _gate.WaitAsync();
        try
        {
            if (_process is null)
            {
                await StartAsync();
            }

            // One after the other: a template must have no other users while it is copied.
            var name = $"test{++_databases}";
            await ExecuteAsync($"""CREATE DATABASE "{name}" TEMPLATE {(withContacts ? Template : "template0")}""");
            return ConnectionString(name);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes a database, whoever is connected to it.</summary>
    public async Task DropDatabaseAsync(string name)
    {
        await using (var connection = new NpgsqlConnection(ConnectionString(name)))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await ExecuteAsync($"""DROP DATABASE "{name}" WITH (FORCE)""");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // SIGINT, "fast": whoever is connected is cut off, and what it shares in memory is cleared away.
            _process.Signal(2);
            await _process.WaitForExitAsync();
            await _process.DisposeAsync();
        }

        _folder?.Dispose();
        _gate.Dispose();
    }

    // Debian keeps the programs of each version apart, outside of PATH.
    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).AsEnumerable();
        if (Directory.Exists(Debian))
        {
            folders = folders.Concat(Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin")));
        }

        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static string ConnectionString(int port, string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Timeout=30;Maximum Pool Size=30";

    private string ConnectionString(string database) => ConnectionString(_port, database);

    private async Task StartAsync()
    {
        Prerequisite.Linux("the server is run as another user by setpriv.");
        Require();
        var programs = FindPrograms()!;
        _folder = new TempFolder("postgres");
        _port = FreePort.Next();
        var data = _folder.Combine("data");
        Directory.CreateDirectory(data);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chmod", ["755", _folder.Path]);
            await RunAsync("chown", [$"{Nobody}:{Nobody}", data]);
        }

        await RunAsync(AsNobody(Path.Combine(programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]));
        var (program, arguments) = AsNobody(
            Path.Combine(programs, "postgres"),
            [
                "-D", data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=400",
                "-c", "shared_buffers=64MB", "-c", "dynamic_shared_memory_type=mmap", "-c", "max_wal_size=512MB",
            ]);
        _process = ChildProcess.Start(program, arguments, data);
        await Until.TrueAsync(AnswersAsync, "PostgreSQL answers", TimeSpan.FromSeconds(60));
        await ExecuteAsync($"CREATE DATABASE {Template} TEMPLATE template0");
        var options = new DbContextOptionsBuilder<ContactsDbContext>();
        options.UseContactsDatabase(ConnectionString(Template) + ";Pooling=false", ContactsDbContext.MigrationsHistoryTable);
        await using var context = new ContactsDbContext(options.Options);
        await DatabaseMigrator.MigrateAsync(context);
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"PostgreSQL ended while starting:\n{_process.Output}");
        }

        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    private static (string Program, string[] Arguments) AsNobody(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", program, .. arguments])
        : (program, arguments);

    private Task RunAsync((string Program, string[] Arguments) command) => RunAsync(command.Program, command.Arguments);

    private async Task RunAsync(string program, string[] arguments)
    {
        await using var process = ChildProcess.Start(program, arguments, _folder!.Path);
        await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed:\n{process.Output}");
        }
    }
}
