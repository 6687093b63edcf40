namespace PushApp.Contacts;

/// <summary>One of a contact's e-mail addresses, phone numbers, postal addresses or web pages.</summary>
/// <param name="Value">The value as the source wrote it, trimmed.</param>
/// <param name="Label">What it is, in lower case, as in <c>work</c> or <c>mobile</c>; null when the source does not say.</param>
public sealed record LabeledValue(string Value, string? Label);
