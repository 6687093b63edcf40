namespace PushApp.Contacts;

/// <summary>A file is not what an import can read. The message says why and what to do; repeating is of no use.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="message">For the person who chose the file.</param>
public sealed class ContactFileException(ContactFileProblem problem, string message) : Exception(message)
{
    /// <summary>What is wrong.</summary>
    public ContactFileProblem Problem { get; } = problem;
}

/// <summary>What is wrong with a file.</summary>
public enum ContactFileProblem
{
    /// <summary>It has no bytes, or nothing but blanks.</summary>
    Empty,

    /// <summary>It is no text.</summary>
    Binary,

    /// <summary>It is text, but no address book of a known kind.</summary>
    NoAddressBook,

    /// <summary>It exceeds <see cref="ImportOptions.MaxFileBytes"/>.</summary>
    TooLarge,
}
