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

    /// <summary>Reads the header.</summary>
    /// <exception cref="ContactFileException">It is none of an address book.</exception>
    public CsvContactReader(TextReader text, char delimiter, int firstLine)
    {
        _records = new CsvRecords(text, delimiter, firstLine);
        Header = ReadHeader();
        if (Header.Length > MaxColumns)
        {
            throw new ContactFileException(
                ContactFileProblem.NoAddressBook, $"The first line has {Header.Length:N0} columns; an address book has at most {MaxColumns:N0}. Export it again with fewer.");
        }

        string[] names = [.. Header.Select(name => name.Trim().ToLowerInvariant())];
        _dialect = Array.Find(Dialects, dialect => dialect.Recognises(names)) ?? throw NoAddressBook(Header);
        _columns = _dialect.Map(names);
        if (!_columns.Any(column => column.Identifies))
        {
            throw NoAddressBook(Header);
        }
    }

    public string[] Header { get; }

    public bool TryRead(out ContactRecord record)
    {
        while (_records.Read())
        {
            if (_records.Broken is { } reason)
            {
                record = ContactRecord.RejectedFor(reason, _records.Line, [_records.BrokenText], _records.Length);
                return true;
            }

            if (IsBlank())
            {
                continue;
            }

            var draft = Convert(out reason);
            reason ??= draft.Validate();
            record = reason is null
                ? ContactRecord.Accepted(_records.Line, draft, _records.Length)
                : ContactRecord.RejectedFor(reason, _records.Line, _records.GetFields(), _records.Length);
            return true;
        }

        record = default;
        return false;
    }

    public void Dispose() => _records.Dispose();

    private static ContactFileException NoAddressBook(string[] header) => new(
        ContactFileProblem.NoAddressBook,
        $"The file is no address book: its first line names no column that one has (it begins '{Text.Shorten(string.Join(',', header), 80)}'). " +
        "Choose a vCard file (.vcf), or a CSV file whose first line names the columns, as in 'Name,Email,Phone'.");

    private string[] ReadHeader()
    {
        while (_records.Read())
        {
            if (_records.Broken is not null)
            {
                throw NoAddressBook([_records.BrokenText]);
            }

            if (!IsBlank())
            {
                return _records.GetFields();
            }
        }

        throw NoAddressBook([]);
    }

    private bool IsBlank()
    {
        for (var i = 0; i < _records.FieldCount; i++)
        {
            if (!_records[i].IsWhiteSpace())
            {
                return false;
            }
        }

        return true;
    }

    private ContactDraft Convert(out string? reason)
    {
        reason = null;
        var draft = new ContactDraft();
        List<(string Group, string? Label, List<string> Parts)>? addresses = null;

        // Spreadsheets leave out empty columns at the end of a row, so a short row is whole; what lies beyond the header belongs nowhere.
        for (var i = 0; i < _records.FieldCount; i++)
        {
            var span = _records[i].Trim();
            if (span.IsEmpty)
            {
                continue;
            }

            if (i >= _columns.Length)
            {
                reason = $"The row has {_records.FieldCount} columns, but the header has {_columns.Length}. A separator inside a value needs quotes around the value.";
                return draft;
            }

            var column = _columns[i];
            if (column.Kind == CsvColumnKind.Ignored)
            {
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
        if (column.LabelColumn < 0 || column.LabelColumn >= _records.FieldCount)
        {
            return column.Label;
        }

        // Google marks the chosen one with an asterisk: '* Work'.
        return Text.Clean(_records[column.LabelColumn].TrimStart("* ").ToString())?.ToLowerInvariant();
    }
}
