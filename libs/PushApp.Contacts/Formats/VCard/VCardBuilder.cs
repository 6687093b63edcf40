namespace PushApp.Contacts;

/// <summary>Collects a card's properties into a contact.</summary>
internal sealed class VCardBuilder
{
    // Say how a number is used, not whose it is.
    private static readonly HashSet<string> NoLabels = new(StringComparer.Ordinal) { "pref", "internet", "voice", "text", "x400", "uri" };

    private readonly List<(string Group, List<LabeledValue> Values, int At)> _grouped = [];
    private readonly Dictionary<string, string> _groupLabels = new(StringComparer.Ordinal);

    public ContactDraft Draft { get; } = new();

    /// <summary>Pictures, sounds and keys, which are not kept, however long.</summary>
    public static bool IsMedia(VCardProperty property) => property.Name is "PHOTO" or "LOGO" or "SOUND" or "KEY";

    /// <summary>Takes a property in.</summary>
    /// <returns>Why the card cannot be taken in; null when it can.</returns>
    public string? Add(VCardProperty property)
    {
        switch (property.Name)
        {
            case "VERSION" when property.Value.Trim() is not ("3.0" or "4.0"):
                return $"The card is of vCard version {Text.Shorten(property.Value.Trim())}; versions 3.0 and 4.0 can be read. Export it again as one of these.";
            case "KIND" or "X-ADDRESSBOOKSERVER-KIND" when property.Value.Trim().Equals("group", StringComparison.OrdinalIgnoreCase):
                return "The card is a group of contacts, not a contact.";
            case "FN":
                Draft[ContactField.Name] = property.GetText();
                break;
            case "N":
                AddName(property.GetComponents());
                break;
            case "NICKNAME":
                Draft[ContactField.Nickname] = property.GetText();
                break;
            case "ORG":
                var organization = property.GetComponents();
                Draft[ContactField.Company] = organization[0];
                Draft[ContactField.Department] = string.Join(", ", organization.Skip(1).Where(part => part.Length > 0));
                break;
            case "TITLE":
                Draft[ContactField.JobTitle] = property.GetText();
                break;
            case "BDAY":
                Draft[ContactField.Birthday] = Birthday(property);
                break;
            case "NOTE":
                Draft[ContactField.Note] = property.GetText();
                break;
            case "EMAIL":
                AddValue(Draft.Emails, property, EmailAddress.Unwrap(property.GetText()));
                break;
            case "TEL":
                AddValue(Draft.Phones, property, PhoneOf(property.GetText().Trim()));
                break;
            case "URL":
                AddValue(Draft.Urls, property, property.GetText());
                break;
            case "ADR":
                AddValue(Draft.Addresses, property, string.Join(", ", property.GetComponents().Where(part => part.Length > 0)));
                break;
            case "X-ABLABEL" when property.Group is { } group:
                // Apple writes its own labels as '_$!<Work>!$_'.
                _groupLabels[group] = property.GetText().Replace("_$!<", "", StringComparison.Ordinal).Replace(">!$_", "", StringComparison.Ordinal);
                break;
            default:
                break;
        }

        return null;
    }

    /// <summary>Finishes the contact.</summary>
    /// <returns>Why it is none; null when it is one.</returns>
    public string? Complete()
    {
        foreach (var (group, values, at) in _grouped)
        {
            if (_groupLabels.TryGetValue(group, out var label))
            {
                values[at] = values[at] with { Label = Text.Label(label) };
            }
        }

        Draft.CompleteName();
        return Draft.Validate();
    }

    private void AddName(string[] components)
    {
        Draft[ContactField.FamilyName] = components[0];
        Draft[ContactField.GivenName] = components.ElementAtOrDefault(1);
        Draft.MiddleName = components.ElementAtOrDefault(2)?.Replace(',', ' ');
    }

    private void AddValue(List<LabeledValue> values, VCardProperty property, string text)
    {
        if (Text.Clean(text) is not { } value)
        {
            return;
        }

        var before = values.Count;
        Draft.Add(values, new LabeledValue(value, property.Types.FirstOrDefault(type => !NoLabels.Contains(type))));
        if (property.Group is { } group && values.Count > before)
        {
            _grouped.Add((group, values, values.Count - 1));
        }
    }

    // https://www.rfc-editor.org/rfc/rfc3966: 'tel:+1-555-0100;ext=12'
    private static string PhoneOf(string text)
    {
        if (!text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var number = text[4..];
        var parameters = number.IndexOf(';', StringComparison.Ordinal);
        var extension = number.IndexOf(";ext=", StringComparison.OrdinalIgnoreCase);
        var digits = Uri.UnescapeDataString(parameters < 0 ? number : number[..parameters]);
        return extension < 0 ? digits : $"{digits} ext. {number[(extension + 5)..].Split(';')[0]}";
    }

    // '19850412', '1985-04-12', '1985-04-12T00:00:00Z', '--0412' (no year); anything else as it is.
    private static string Birthday(VCardProperty property)
    {
        var text = property.GetText().Trim();
        var date = text.Split('T')[0];
        if (date.Length == 8 && date.All(char.IsAsciiDigit))
        {
            date = $"{date[..4]}-{date[4..6]}-{date[6..]}";
        }

        if (date.Length != 10 || date[4] != '-')
        {
            return text;
        }

        // Apple writes a year of its own choice where there is none, and says so.
        return property.Has("X-APPLE-OMIT-YEAR", date[..4]) ? $"--{date[5..7]}{date[8..]}" : date;
    }
}
