namespace PushApp.Web.Accounts;

internal static class AccountsFeature
{
    public static void AddAccounts(this WebApplicationBuilder builder) => _ = builder;

    public static void UseAccounts(this WebApplication app) => _ = app;

    public static void MapAccounts(this WebApplication app) => _ = app;
}
