namespace PushApp.Contacts;

/// <summary>A field that a contact has once. The order is stored in masks (<see cref="ImportTouch.Fields"/>): append only.</summary>
internal enum ContactField
{
    Name,
    GivenName,
    FamilyName,
    Nickname,
    Company,
    Department,
    JobTitle,
    Birthday,
    Note,
}
