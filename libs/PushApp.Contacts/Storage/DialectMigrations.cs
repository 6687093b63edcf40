using System.Reflection;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PushApp.Contacts;

/// <summary>A context's migrations for the database that it uses: EF Core's own lookup takes all of the assembly, and each database has a set of its own.</summary>
internal sealed class DialectMigrations : IMigrationsAssembly
{
    public DialectMigrations(ICurrentDbContext current)
    {
        var context = current.Context.GetType();
        var suffix = "." + DatabaseDialect.Of(current.Context).MigrationsNamespace;
        Assembly = context.Assembly;
        var types = Assembly.DefinedTypes
            .Where(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == context && type.Namespace?.EndsWith(suffix, StringComparison.Ordinal) == true)
            .ToList();
        Migrations = new SortedList<string, TypeInfo>(
            types.Where(type => type.IsSubclassOf(typeof(Migration))).ToDictionary(type => type.GetCustomAttribute<MigrationAttribute>()!.Id), StringComparer.OrdinalIgnoreCase);
        ModelSnapshot = types.Where(type => type.IsSubclassOf(typeof(ModelSnapshot))).Select(type => (ModelSnapshot)Activator.CreateInstance(type)!).SingleOrDefault();
    }

    public IReadOnlyDictionary<string, TypeInfo> Migrations { get; }

    public ModelSnapshot? ModelSnapshot { get; }

    public Assembly Assembly { get; }

    public string? FindMigrationId(string nameOrId) => Migrations.Keys.FirstOrDefault(id =>
        id.Equals(nameOrId, StringComparison.OrdinalIgnoreCase) || id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..].Equals(nameOrId, StringComparison.OrdinalIgnoreCase));

    public Migration CreateMigration(TypeInfo migrationClass, string activeProvider)
    {
        var migration = (Migration)Activator.CreateInstance(migrationClass)!;
        migration.ActiveProvider = activeProvider;
        return migration;
    }
}
