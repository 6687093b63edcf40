namespace PushApp.Contacts;

/// <summary>A contact while records are merged into it.</summary>
internal sealed class ContactState
{
    public long Id { get; set; }

    /// <summary>Whether it is not stored yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>Whether it differs from what is stored.</summary>
    public bool IsChanged { get; set; }

    public string?[] Fields { get; init; } = new string?[ContactDraft.FieldCount];

    /// <summary>The fields that this job has seen a value for; bit n is <see cref="ContactField"/> n.</summary>
    public long Touched { get; set; }

    /// <summary>Whether <see cref="Touched"/> differs from what is stored.</summary>
    public bool IsTouchedChanged { get; set; }

    public List<LabeledValue> Emails { get; init; } = [];

    public List<LabeledValue> Phones { get; init; } = [];

    public List<LabeledValue> Addresses { get; init; } = [];

    public List<LabeledValue> Urls { get; init; } = [];

    public string DisplayName =>
        this[ContactField.Name] ?? this[ContactField.Nickname] ?? this[ContactField.Company] ?? Emails.FirstOrDefault()?.Value ?? Phones[0].Value;

    public string? this[ContactField field] => Fields[(int)field];

    /// <summary>Everything that a search looks at, in lower case. Numbers also as bare digits.</summary>
    public string SearchText()
    {
        var text = new System.Text.StringBuilder();
        Append(this[ContactField.Name]);
        Append(this[ContactField.Nickname]);
        Append(this[ContactField.Company]);
        Append(this[ContactField.JobTitle]);
        foreach (var email in Emails)
        {
            Append(email.Value);
        }

        foreach (var phone in Phones)
        {
            Append(phone.Value);
            Append(Normalized.Phone(phone.Value));
        }

        return text.ToString().ToLowerInvariant();

        void Append(string? part)
        {
            if (part is not null)
            {
                // A line between, so that no search matches across two values.
                text.Append(part).Append('\n');
            }
        }
    }
}
