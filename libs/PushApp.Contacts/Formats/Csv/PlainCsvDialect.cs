using System.Buffers;
using System.Collections.Frozen;

namespace PushApp.Contacts;

/// <summary>Any header row whose columns are called what people call them: <c>Name,E-Mail,Phone</c>, <c>first_name;last_name;work email</c>.</summary>
internal sealed class PlainCsvDialect : ICsvDialect
{
    // What stands before or behind the kind of value, in English, German, French, Spanish, Italian and Dutch exports of Outlook, and what the value is labelled.
    // Longer ones before those that they end or begin with.
    private static readonly (string Text, string Label)[] Labels =
    [
        .. ((string[])["home", "private", "personal", "work", "business", "office", "company", "mobile", "cell", "main", "primary", "other"]).Select(text => (text, text)),
        .. Labelled("business", "geschaftlich", "firma", "bureau", "professionnel", "professionnelle", "deltrabajo", "detrabajo", "trabajo", "ufficio", "uff", "opwerk", "werkadres", "werk", "zakelijk"),
        .. Labelled("home", "privat", "domicile", "personnel", "departicular", "particular", "decasa", "casa", "abitazione", "ab", "thuis", "huisadres", "prive"),
        .. Labelled("mobile", "mobil", "movil", "mobiel"),
        .. Labelled("main", "haupt", "principal", "principale", "hoofd"),
        .. Labelled("other", "weitere", "weiteres", "autre", "otra", "otro", "altro", "altra", "andere", "anderadres"),
    ];

    // What people put between the words of a name.
    private static readonly SearchValues<char> Separators = SearchValues.Create(" -_./()'’#*:,\u00A0\u00BA\u00B0");

    private static readonly FrozenDictionary<string, CsvColumn> Known = Build();

    private static readonly FrozenDictionary<string, CsvColumn>.AlternateLookup<ReadOnlySpan<char>> ByText = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool Recognises(IReadOnlyList<string> header) => header.Any(name => Map(name).Identifies);

    CsvColumn[] ICsvDialect.Map(IReadOnlyList<string> header) => [.. header.Select(Map)];

    public IEnumerable<string> Split(string cell) => [cell];

    /// <summary>What a column of such a name holds.</summary>
    public static CsvColumn Map(string name)
    {
        // Only letters count, without case and accents: 'E-Mail 2', 'e_mail' and 'Email' are one name, and so are 'Téléphone' and 'telephone'.
        Span<char> buffer = stackalloc char[64];
        var length = 0;
        foreach (var c in name)
        {
            if (c is >= '\u0300' and <= '\u036F')
            {
                // An accent that stands behind its letter.
                continue;
            }

            if (char.IsLetter(c))
            {
                var letter = WithoutAccent(char.ToLowerInvariant(c));
                var count = letter == 'ß' ? 2 : 1;
                if (length + count > buffer.Length)
                {
                    return CsvColumn.Ignored;
                }

                buffer.Slice(length, count).Fill(letter == 'ß' ? 's' : letter);
                length += count;
            }
            else if (!Separators.Contains(c) && !char.IsAsciiDigit(c))
            {
                // '{"name": 1}' is no name of a column.
                return CsvColumn.Ignored;
            }
        }

        ReadOnlySpan<char> text = buffer[..length];
        if (ByText.TryGetValue(text, out var column))
        {
            return column;
        }

        foreach (var (words, label) in Labels)
        {
            if ((text.StartsWith(words, StringComparison.Ordinal) && TryGetLabelled(text[words.Length..], label, out column))
                || (text.EndsWith(words, StringComparison.Ordinal) && TryGetLabelled(text[..^words.Length], label, out column)))
            {
                return column;
            }
        }

        return CsvColumn.Ignored;
    }

    private static bool TryGetLabelled(ReadOnlySpan<char> text, string label, out CsvColumn column)
    {
        if (!ByText.TryGetValue(text, out column) || column.Kind is CsvColumnKind.Field or CsvColumnKind.MiddleName or CsvColumnKind.Ignored)
        {
            return false;
        }

        column = column with { Label = label, Group = column.Group is null ? null : label };
        return true;
    }

    private static IEnumerable<(string Text, string Label)> Labelled(string label, params string[] texts) =>
        texts.OrderByDescending(text => text.Length).Select(text => (text, label));

    private static char WithoutAccent(char c) => c switch
    {
        >= 'à' and <= 'å' => 'a',
        'ç' => 'c',
        >= 'è' and <= 'ë' => 'e',
        >= 'ì' and <= 'ï' => 'i',
        'ñ' => 'n',
        (>= 'ò' and <= 'ö') or 'ø' => 'o',
        >= 'ù' and <= 'ü' => 'u',
        'ý' or 'ÿ' => 'y',
        _ => c,
    };

    private static FrozenDictionary<string, CsvColumn> Build()
    {
        var known = new Dictionary<string, CsvColumn>(StringComparer.Ordinal);
        Add(CsvColumn.Of(ContactField.Name), "name", "fullname", "displayname", "contact", "contactname", "nomcomplet", "nombrecompleto", "nomecompleto", "volledigenaam", "naam");
        Add(CsvColumn.Of(ContactField.GivenName), "firstname", "givenname", "forename", "first", "given", "vorname", "prenom", "nombre", "nome", "voornaam");
        Add(new(CsvColumnKind.MiddleName), "middlename", "additionalname", "weiterevornamen", "zweitervorname", "deuxiemeprenom", "segundonombre", "secondonome", "middelstenaam");
        Add(CsvColumn.Of(ContactField.FamilyName), "lastname", "familyname", "surname", "last", "family", "nachname", "nom", "nomdefamille", "apellido", "apellidos", "cognome", "achternaam");
        Add(CsvColumn.Of(ContactField.Nickname), "nickname", "nick", "spitzname", "surnom", "apodo", "soprannome", "bijnaam");
        Add(CsvColumn.Of(ContactField.Company), "company", "companyname", "organization", "organisation", "organizationname", "org", "employer");
        Add(CsvColumn.Of(ContactField.Company), "firma", "unternehmen", "societe", "entreprise", "empresa", "compania", "organizacion", "societa", "azienda", "bedrijf");
        Add(CsvColumn.Of(ContactField.Department), "department", "abteilung", "service", "departamento", "reparto", "afdeling");
        Add(CsvColumn.Of(ContactField.JobTitle), "jobtitle", "title", "position", "role", "fonction", "puesto", "cargo", "posizione", "functie");
        Add(CsvColumn.Of(ContactField.Birthday), "birthday", "birthdate", "dateofbirth", "dob", "bday", "geburtstag", "anniversaire", "cumpleanos", "compleanno", "verjaardag");
        Add(CsvColumn.Of(ContactField.Note), "note", "notes", "comment", "comments", "notizen", "notas", "notities");
        Add(new(CsvColumnKind.Email), "email", "emails", "mail", "emailaddress", "mailaddress", "emailvalue", "emailadresse", "mailadresse", "adressedemessagerie", "adresseemail");
        Add(new(CsvColumnKind.Email), "adresseelectronique", "courriel", "correoelectronico", "direcciondecorreoelectronico", "direcciondelcorreoelectronico", "direcciondecorreo", "correo");
        Add(new(CsvColumnKind.Email), "indirizzodipostaelettronica", "indirizzopostaelettronica", "indirizzoemail", "postaelettronica", "emailadres", "mailadres");
        Add(new(CsvColumnKind.Phone), "phone", "phones", "telephone", "tel", "phonenumber", "telephonenumber", "telefon", "phonevalue", "telefonnummer", "rufnummer");
        Add(new(CsvColumnKind.Phone), "numerodetelephone", "telefono", "numerodetelefono", "numeroditelefono", "telefoon", "telefoonnummer");
        Add(new(CsvColumnKind.Phone, Label: "mobile"), "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "handy", "handynummer", "mobiltelefon", "mobil", "mobilnummer", "mobilfunk");
        Add(new(CsvColumnKind.Phone, Label: "mobile"), "portable", "movil", "numerodemovil", "celular", "cellulare", "mobiel", "mobieletelefoon", "mobielnummer");
        Add(new(CsvColumnKind.Url), "url", "website", "web", "webpage", "homepage", "webseite", "siteweb", "pageweb", "paginaweb", "sitioweb", "sitoweb", "webpagina");
        Add(new(CsvColumnKind.Address), "address", "postaladdress", "adresse", "anschrift", "direccion", "indirizzo", "adres");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "street", "streetaddress", "strasse", "city", "town", "ort", "stadt", "zip", "zipcode", "postalcode", "postcode", "plz", "postleitzahl");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "state", "region", "province", "country", "countryregion", "land", "landregion", "bundesland", "kanton");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "rue", "ville", "codepostal", "depregion", "pays", "paysregion", "calle", "ciudad", "codigopostal", "provincia", "provinciaoestado", "pais", "paisoregion");
        Add(new(CsvColumnKind.AddressPart, Group: ""), "via", "indirizzovia", "citta", "cap", "paese", "paesearea", "straat", "plaats", "stad", "provincie");
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
