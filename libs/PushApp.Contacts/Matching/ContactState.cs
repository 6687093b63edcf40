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

    /// <summary>What a search looks at as it is stored; null when nothing is.</summary>
    public string? StoredSearchText { get; init; }

    public string DisplayName =>
        this[ContactField.Name] ?? this[ContactField.Nickname] ?? this[ContactField.Company] ?? Emails.FirstOrDefault()?.Value ?? Phones[0].Value;

    public string? this[ContactField field] => Fields[(int)field];
}
