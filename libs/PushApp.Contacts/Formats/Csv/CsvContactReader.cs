namespace PushApp.Contacts;

/// <summary>Turns CSV records into contacts.</summary>
internal sealed class CsvContactReader : IContactReader
{
    // Exports with a column for everything have some hundred. Rows cost the square of a header's groups of columns.
    private const int MaxColumns = 2000;

    private static readonly ICsvDialect[] Dialects = [new GoogleCsvDialect(), new OutlookCsvDialect(), new PlainCsvDialect()];

    private readonly CsvRecords _records;
    private readonly ICsvDialect _dialect;
    private readonly CsvColumn[] _columns;

    // Where the columns begin: behind those of a file of rejected rows.
    private readonly int _first;
    private readonly bool _holdsCards;
    private readonly bool _namesEmail;
    private readonly bool _nameMayBeFamilys;
    private VCardReader? _cards;
    private long _cardsLine;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ContactFileException">It is none of an address book.</exception>
    public CsvContactReader(TextReader text, char delimiter, int firstLine)
    {
        _records = new CsvRecords(text, delimiter, firstLine);
        var header = ReadHeader();
        if (header.Length > MaxColumns)
        {
            throw new ContactFileException(
                ContactFileProblem.NoAddressBook, $"The first line has {header.Length:N0} columns; an address book has at most {MaxColumns:N0}. Export it again with fewer.");
        }

        _first = RejectedRowsFormat.CountOwnColumns(header);
        Header = header[_first..];
        string[] names = [.. Header.Select(name => name.Trim().ToLowerInvariant())];
        if (_first > 0 && names.Length == 1 && names[0].Equals(RejectedRowsFormat.CardColumn, StringComparison.OrdinalIgnoreCase))
        {
            _holdsCards = true;
            _dialect = Dialects[^1];
            _columns = [];
            return;
        }

        _dialect = Array.Find(Dialects, dialect => dialect.Recognises(names)) ?? throw NoAddressBook(header);
        _columns = _dialect.Map(names);
        if (!_columns.Any(column => column.Identifies))
        {
            throw NoAddressBook(header);
        }

        Notice = NoticeOf(Header, _columns);
        _namesEmail = _columns.Any(column => column.Kind == CsvColumnKind.Email);
        _nameMayBeFamilys = Names(ContactField.GivenName) && !Names(ContactField.FamilyName);

        bool Names(ContactField field) => Array.Exists(_columns, column => column.Kind == CsvColumnKind.Field && column.Field == field);
    }

    public string[] Header { get; }

    public string? Notice { get; }

    public bool TryRead(out ContactRecord record)
    {
        while (true)
        {
            if (_cards is not null)
            {
                if (_cards.TryRead(out record))
                {
                    record = record with { Line = _cardsLine };
                    return true;
                }

                _cards.Dispose();
                _cards = null;
            }

            if (!_records.Read())
            {
                record = default;
                return false;
            }

            if (_records.Broken is { } reason)
            {
                record = ContactRecord.RejectedFor(reason, _records.Line, [_records.BrokenText], _records.Length);
                return true;
            }

            if (IsBlank(_first))
            {
                continue;
            }

            if (_holdsCards)
            {
                _cards = new VCardReader(new StringReader(Field(_first).ToString()));
                _cardsLine = _records.Line;
                continue;
            }

            var draft = Convert(out reason);
            reason = ReasonOfBefore() ?? reason ?? draft.Validate();
            record = reason is null
                ? ContactRecord.Accepted(_records.Line, draft, _records.Length)
                : ContactRecord.RejectedFor(reason, _records.Line, GetFields(), _records.Length);
            return true;
        }
    }

    public void Dispose()
    {
        _cards?.Dispose();
        _records.Dispose();
    }

    private static ContactFileException NoAddressBook(string[] header) => new(
        ContactFileProblem.NoAddressBook,
        $"The file is no address book: its first line names no column that one has (it begins '{Text.Shorten(string.Join(',', header), 80)}'). " +
        "Choose a vCard file (.vcf), or a CSV file whose first line names the columns, as in 'Name,Email,Phone'.");

    /// <summary>A header whose names are known, but none that a contact can be reached by, was probably written in a language that is not known here.</summary>
    private static string? NoticeOf(string[] header, CsvColumn[] columns)
    {
        string[] unknown = [.. header.Where((name, i) => columns[i].Kind == CsvColumnKind.Ignored && !string.IsNullOrWhiteSpace(name))];
        return unknown.Length == 0 || columns.Any(column => column.Kind is CsvColumnKind.Email or CsvColumnKind.Phone)
            ? null
            : $"No column is known as one of e-mail addresses or phone numbers. Not read: {Text.Shorten(string.Join(", ", unknown), 200)}. Call such columns 'Email' and 'Phone', and import the file again.";
    }

    private string[] ReadHeader()
    {
        while (_records.Read())
        {
            if (_records.Broken is not null)
            {
                throw NoAddressBook([_records.BrokenText]);
            }

            if (!IsBlank(0))
            {
                return _records.GetFields();
            }
        }

        throw NoAddressBook([]);
    }

    private bool IsBlank(int first)
    {
        for (var i = first; i < _records.FieldCount; i++)
        {
            if (!_records[i].IsWhiteSpace())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The field as it was before it was rejected.</summary>
    private ReadOnlySpan<char> Field(int index) => _first == 0 ? _records[index] : RejectedRowsFormat.Unguard(_records[index]);

    private string[] GetFields()
    {
        var fields = new string[Math.Max(0, _records.FieldCount - _first)];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Field(_first + i).ToString();
        }

        return fields;
    }

    /// <summary>Why a row of a file of rejected rows is rejected again: it is a line whose columns could not be told apart, and still lies in the first of them.</summary>
    private string? ReasonOfBefore()
    {
        if (_first == 0)
        {
            return null;
        }

        var reason = _records[_first - 1].Trim();
        if (!reason.StartsWith(CsvRecords.BrokenQuotes, StringComparison.Ordinal) && !reason.StartsWith(CsvRecords.TooLong, StringComparison.Ordinal))
        {
            return null;
        }

        return IsBlank(_first + 1) && _records[_first].IndexOfAny("\",;\t|") >= 0 ? reason.ToString() : null;
    }

    private ContactDraft Convert(out string? reason)
    {
        reason = null;
        var draft = new ContactDraft();
        List<(string Group, string? Label, List<string> Parts)>? addresses = null;

        // Spreadsheets leave out empty columns at the end of a row, so a short row is whole; what lies beyond the header belongs nowhere.
        for (var i = 0; i < _records.FieldCount - _first; i++)
        {
            var span = Field(_first + i).Trim();
            if (span.IsEmpty)
            {
                continue;
            }

            if (i >= _columns.Length)
            {
                reason = $"The row has {_records.FieldCount - _first} columns, but the header has {_columns.Length}. A separator inside a value needs quotes around the value.";
                return draft;
            }

            var column = _columns[i];
            if (column.Kind == CsvColumnKind.Ignored)
            {
                // A header in a language that is not known here: what is an address is not lost for it.
                if (!_namesEmail && EmailAddress.IsValid(span))
                {
                    draft.Add(draft.Emails, new LabeledValue(span.ToString(), null));
                }

                continue;
            }

            foreach (var value in _dialect.Split(span.ToString()))
            {
                Apply(draft, column, value, ref addresses);
            }
        }

        foreach (var (_, label, parts) in addresses ?? [])
        {
            draft.Add(draft.Addresses, new LabeledValue(string.Join(", ", parts), label));
        }

        // 'Name;Vorname': beside a first name that is no part of it, a name is the last name. Else all of a family would be one contact.
        if (_nameMayBeFamilys && draft[ContactField.Name] is { } name && draft[ContactField.GivenName] is { } given && !name.Contains(given, StringComparison.OrdinalIgnoreCase))
        {
            draft.TakeNameAsFamilyName();
        }

        draft.CompleteName();
        return draft;
    }

    private void Apply(ContactDraft draft, CsvColumn column, string text, ref List<(string Group, string? Label, List<string> Parts)>? addresses)
    {
        if (Text.Clean(text) is not { } value)
        {
            return;
        }

        switch (column.Kind)
        {
            case CsvColumnKind.Field:
                draft[column.Field] = value;
                break;
            case CsvColumnKind.MiddleName:
                draft.MiddleName = value;
                break;
            case CsvColumnKind.Email:
                draft.Add(draft.Emails, new LabeledValue(EmailAddress.Unwrap(value), LabelOf(column)));
                break;
            case CsvColumnKind.Phone:
                draft.Add(draft.Phones, new LabeledValue(value, LabelOf(column)));
                break;
            case CsvColumnKind.Url:
                draft.Add(draft.Urls, new LabeledValue(value, LabelOf(column)));
                break;
            case CsvColumnKind.Address:
                draft.Add(draft.Addresses, new LabeledValue(value, LabelOf(column)));
                break;
            case CsvColumnKind.AddressPart:
                addresses ??= [];
                var at = addresses.FindIndex(address => address.Group == column.Group);
                if (at < 0)
                {
                    at = addresses.Count;
                    addresses.Add((column.Group!, LabelOf(column), []));
                }

                addresses[at].Parts.Add(value);
                break;
            default:
                throw new InvalidOperationException($"A column of kind {column.Kind} has no place to go.");
        }
    }

    private string? LabelOf(CsvColumn column)
    {
        if (column.LabelColumn < 0 || column.LabelColumn >= _records.FieldCount - _first)
        {
            return column.Label;
        }

        // Google marks the chosen one with an asterisk: '* Work'.
        return Field(_first + column.LabelColumn).TrimStart("* ").ToString();
    }
}
