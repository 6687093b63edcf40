namespace PushApp.Web.Contacts;

/// <summary>Finds users by the name that others know them by. The accounts implement it.</summary>
internal interface IUserDirectory
{
    /// <summary>Looks a name up, without case.</summary>
    /// <returns>The account's id and the name as its owner writes it; null when nobody has that name.</returns>
    Task<(string Id, string UserName)?> FindByNameAsync(string userName, CancellationToken cancellationToken);
}
