namespace PushApp.Contacts;

/// <summary>One record of a file: a contact, or the reason why it is none.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Contact">The contact; null when rejected.</param>
/// <param name="Reason">Why it was rejected; null when it was not.</param>
/// <param name="Columns">The record as the file has it; null when it was not rejected.</param>
/// <param name="Length">Its length in characters, by which batches are bounded.</param>
internal readonly record struct ContactRecord(long Line, ContactDraft? Contact, string? Reason, string[]? Columns, int Length)
{
    public static ContactRecord Accepted(long line, ContactDraft contact, int length) => new(line, contact, null, null, length);

    public static ContactRecord RejectedFor(string reason, long line, string[] columns, int length) => new(line, null, reason, columns, length);
}
