namespace PushApp.Contacts;

/// <summary>The text that a search looks at: the words of a contact, folded, each behind two blanks (see <see cref="SearchWords"/>). Reused from contact to contact; not thread-safe.</summary>
internal sealed class SearchText
{
    private char[] _buffer = new char[512];
    private int _length;

    /// <summary>The words of a contact: names, company, position, e-mail addresses, phone numbers as written and as bare digits. Valid until the next call.</summary>
    public ReadOnlySpan<char> Of(ContactState contact)
    {
        _length = 0;
        Append(contact[ContactField.Name]);
        Append(contact[ContactField.Nickname]);
        Append(contact[ContactField.Company]);
        Append(contact[ContactField.JobTitle]);
        foreach (var email in contact.Emails)
        {
            Append(email.Value);
        }

        foreach (var phone in contact.Phones)
        {
            Append(phone.Value);
            Append(Normalized.Phone(phone.Value));
        }

        return _buffer.AsSpan(0, _length);
    }

    /// <summary>The words of a text, folded as they are stored.</summary>
    public static IEnumerable<string> Split(string? text)
    {
        var folded = Normalized.Fold(text ?? "");
        var start = 0;
        for (var i = 0; i <= folded.Length; i++)
        {
            if (i == folded.Length || IsBreak(folded[i]))
            {
                if (i > start)
                {
                    yield return folded[start..i];
                }

                start = i + 1;
            }
        }
    }

    // A NUL would end what SQLite reads.
    private static bool IsBreak(char c) => c == ' ' || char.IsWhiteSpace(c) || char.IsControl(c);

    private void Append(string? text)
    {
        if (text is null)
        {
            return;
        }

        var folded = Normalized.Fold(text);
        if (_buffer.Length - _length < 3 * folded.Length + 2)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + 3 * folded.Length + 2));
        }

        var isInWord = false;
        foreach (var c in folded)
        {
            if (IsBreak(c))
            {
                isInWord = false;
                continue;
            }

            if (!isInWord)
            {
                _buffer[_length++] = ' ';
                _buffer[_length++] = ' ';
                isInWord = true;
            }

            _buffer[_length++] = c;
        }
    }
}
