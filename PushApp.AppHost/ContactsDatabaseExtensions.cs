using Microsoft.Extensions.Configuration;

namespace PushApp.AppHost;

/// <summary>Where accounts, contacts and import jobs are kept.</summary>
internal static class ContactsDatabaseExtensions
{
    /// <summary>
    /// The database: <c>ConnectionStrings:{name}</c> where it is set (PostgreSQL, or SQLite elsewhere), and always in a deployment; otherwise a SQLite file in the data directory.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddContactsDatabase(this IDistributedApplicationBuilder builder, string name)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetConnectionString(name) is not null)
        {
            return builder.AddConnectionString(name);
        }

        var directory = builder.CreateDataDirectory();
        return builder.AddConnectionString(name, ReferenceExpression.Create($"Data Source={Path.Combine(directory, $"{name}.db")}"));
    }
}
