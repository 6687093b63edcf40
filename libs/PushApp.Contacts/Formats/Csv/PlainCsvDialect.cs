using System.Buffers;
using System.Collections.Frozen;

namespace PushApp.Contacts;

/// <summary>Any header row whose columns are called what people call them: <c>Name,E-Mail,Phone</c>, <c>first_name;last_name;work email</c>.</summary>
internal sealed class PlainCsvDialect : ICsvDialect
{
    private static readonly string[] Labels = ["home", "private", "personal", "work", "business", "office", "company", "mobile", "cell", "main", "primary", "other"];

    // What people put between the words of a name.
    private static readonly SearchValues<char> Separators = SearchValues.Create(" -_./()'’#*\u00A0");

    private static readonly FrozenDictionary<string, CsvColumn> Known = Build();

    private static readonly FrozenDictionary<string, CsvColumn>.AlternateLookup<ReadOnlySpan<char>> ByText = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool Recognises(IReadOnlyList<string> header) => header.Any(name => Map(name).Identifies);

    CsvColumn[] ICsvDialect.Map(IReadOnlyList<string> header) => [.. header.Select(Map)];

    public IEnumerable<string> Split(string cell) => [cell];

    /// <summary>What a column of such a name holds.</summary>
    public static CsvColumn Map(string name)
    {
        // Only letters count: 'E-Mail 2', 'e_mail' and 'Email' are one name.
        Span<char> buffer = stackalloc char[64];
        var length = 0;
        foreach (var c in name)
        {
            if (char.IsLetter(c))
            {
                if (length == buffer.Length)
                {
                    return CsvColumn.Ignored;
                }

                buffer[length++] = char.ToLowerInvariant(c);
            }
            else if (!Separators.Contains(c) && !char.IsAsciiDigit(c))
            {
                // '{"name": 1}' is no name of a column.
                return CsvColumn.Ignored;
            }
        }

        var text = buffer[..length];
        if (ByText.TryGetValue(text, out var column))
        {
            return column;
        }

        foreach (var label in Labels)
        {
            if (((ReadOnlySpan<char>)text).StartsWith(label, StringComparison.Ordinal)
                && ByText.TryGetValue(text[label.Length..], out column)
                && column.Kind is not (CsvColumnKind.Field or CsvColumnKind.MiddleName))
            {
                return column with { Label = label, Group = column.Group is null ? null : label };
            }
        }

        return CsvColumn.Ignored;
    }

    private static FrozenDictionary<string, CsvColumn> Build()
    {
        var known = new Dictionary<string, CsvColumn>(StringComparer.Ordinal);
        Add(CsvColumn.Of(ContactField.Name), "name", "fullname", "displayname", "contact", "contactname");
        Add(CsvColumn.Of(ContactField.GivenName), "firstname", "givenname", "forename", "first", "given", "vorname", "prénom");
        Add(new(CsvColumnKind.MiddleName), "middlename", "additionalname");
        Add(CsvColumn.Of(ContactField.FamilyName), "lastname", "familyname", "surname", "last", "family", "nachname", "nom");
        Add(CsvColumn.Of(ContactField.Nickname), "nickname", "nick");
        Add(CsvColumn.Of(ContactField.Company), "company", "companyname", "organization", "organisation", "organizationname", "org", "employer", "firma");
        Add(CsvColumn.Of(ContactField.Department), "department", "abteilung");
        Add(CsvColumn.Of(ContactField.JobTitle), "jobtitle", "title", "position", "role");
        Add(CsvColumn.Of(ContactField.Birthday), "birthday", "birthdate", "dateofbirth", "dob", "bday", "geburtstag");
        Add(CsvColumn.Of(ContactField.Note), "note", "notes", "comment", "comments", "notizen");
        Add(new(CsvColumnKind.Email), "email", "emails", "mail", "emailaddress", "mailaddress", "emailvalue");
        Add(new(CsvColumnKind.Phone), "phone", "phones", "telephone", "tel", "phonenumber", "telephonenumber", "telefon", "phonevalue");
        Add(new(CsvColumnKind.Phone, Label: "mobile"), "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "handy");
        Add(new(CsvColumnKind.Url), "url", "website", "web", "webpage", "homepage");
        Add(new(CsvColumnKind.Address), "address", "postaladdress", "adresse");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "street", "streetaddress", "straße", "city", "town", "ort", "zip", "zipcode", "postalcode", "postcode", "plz");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "state", "region", "province", "country", "countryregion", "land");
        return known.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(CsvColumn column, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                known.Add(name, column);
            }
        }
    }
}
