namespace PushApp.Contacts;

/// <summary>A kind of address book file. Add one by a class in a folder of its own, and name it in <see cref="ContactFormats"/>.</summary>
internal interface IContactFormat
{
    /// <summary>What the job remembers it by.</summary>
    string Name { get; }

    /// <summary>Whether the beginning of a file is of this kind.</summary>
    /// <param name="head">The first characters, without a byte order mark.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    FormatVerdict Examine(string head, bool isWhole);

    /// <summary>Reads the records of a text for which <see cref="Examine"/> said yes.</summary>
    /// <exception cref="ContactFileException">It cannot be read after all.</exception>
    IContactReader Open(TextReader text);
}
