namespace PushApp.Contacts;

/// <summary>A contact as a source gives it, before it is matched against what is stored.</summary>
internal sealed class ContactDraft
{
    /// <summary>How many <see cref="ContactField"/>s there are.</summary>
    public const int FieldCount = (int)ContactField.Note + 1;

    /// <summary>The longest list of a record, and of a contact (<see cref="ContactMerger"/>).</summary>
    public const int MaxValues = 200;

    /// <summary>The longest value, in characters, other than a note: lists show them whole.</summary>
    public const int MaxValueLength = 1000;

    private readonly string?[] _fields = new string?[FieldCount];
    private IdentityKeys? _keys;
    private bool _isOverfull;

    public List<LabeledValue> Emails { get; } = [];

    public List<LabeledValue> Phones { get; } = [];

    public List<LabeledValue> Addresses { get; } = [];

    public List<LabeledValue> Urls { get; } = [];

    /// <summary>By what it is told from others; computed when first asked for, when the draft is complete.</summary>
    public IdentityKeys Keys => _keys ??= IdentityKeys.Of(this);

    /// <summary>Not kept by itself; only part of a name that is made of its parts.</summary>
    public string? MiddleName { get; set; }

    /// <summary>A single field; null when the source has none. Setting ignores blanks, and keeps the first value.</summary>
    public string? this[ContactField field]
    {
        get => _fields[(int)field];
        set => _fields[(int)field] ??= Text.Clean(value);
    }

    /// <summary>Adds a value to one of the lists, its label made short and clean. One too many makes the draft invalid and is not kept: a record of a megabyte may hold a hundred thousand.</summary>
    public void Add(List<LabeledValue> values, LabeledValue value)
    {
        if (values.Count < MaxValues)
        {
            values.Add(value with { Label = Text.Label(value.Label) });
        }
        else
        {
            _isOverfull = true;
        }
    }

    /// <summary>What was given as the name is the last name: the whole one is made of it and the first.</summary>
    public void TakeNameAsFamilyName() =>
        (_fields[(int)ContactField.FamilyName], _fields[(int)ContactField.Name]) = (_fields[(int)ContactField.Name], null);

    /// <summary>The name as given, or made of its parts.</summary>
    public void CompleteName()
    {
        if (this[ContactField.Name] is null)
        {
            string?[] parts = [this[ContactField.GivenName], Text.Clean(MiddleName), this[ContactField.FamilyName]];
            this[ContactField.Name] = string.Join(' ', parts.Where(part => part is not null));
        }
    }

    /// <summary>Why this is no contact; null when it is one.</summary>
    public string? Validate()
    {
        if (_isOverfull)
        {
            return $"There are more than {MaxValues} e-mail addresses, phone numbers, postal addresses or web pages of one contact. Leave some out, or make several contacts of it.";
        }

        for (var i = 0; i < FieldCount; i++)
        {
            if ((ContactField)i != ContactField.Note && _fields[i] is { Length: > MaxValueLength } value)
            {
                return TooLong((ContactField)i switch
                {
                    ContactField.GivenName => "first name",
                    ContactField.FamilyName => "last name",
                    ContactField.JobTitle => "position",
                    var field => field.ToString().ToLowerInvariant(),
                }, value);
            }
        }

        foreach (var email in Emails)
        {
            if (!EmailAddress.IsValid(email.Value))
            {
                return $"'{Text.Shorten(email.Value)}' is no e-mail address. Write one as in 'ann@example.com', or leave it empty.";
            }
        }

        foreach (var phone in Phones)
        {
            if (!phone.Value.Any(char.IsDigit))
            {
                return $"'{Text.Shorten(phone.Value)}' is no phone number: it has no digit. Correct it, or leave it empty.";
            }
        }

        if ((FindTooLong(Phones, "phone number") ?? FindTooLong(Addresses, "postal address") ?? FindTooLong(Urls, "web page")) is { } tooLong)
        {
            return tooLong;
        }

        return this[ContactField.Name] is null && this[ContactField.Company] is null && this[ContactField.Nickname] is null && Emails.Count == 0 && Phones.Count == 0
            ? "There is no name, company, e-mail address or phone number. Give at least one of them."
            : null;
    }

    private static string? FindTooLong(List<LabeledValue> values, string what)
    {
        foreach (var value in values)
        {
            if (value.Value.Length > MaxValueLength)
            {
                return TooLong(what, value.Value);
            }
        }

        return null;
    }

    private static string TooLong(string what, string value) => FormattableString.Invariant(
        $"The {what} ('{Text.Shorten(value, 30)}') is longer than {MaxValueLength:N0} characters. Shorten it, or put it into the notes.");
}
