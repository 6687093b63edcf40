namespace PushApp.Contacts;

/// <summary>A stored contact.</summary>
internal sealed class Contact
{
    public long Id { get; init; }

    public long BookId { get; init; }

    /// <summary>What lists show: the name, else company, e-mail or phone. Never empty.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The display name as lists are sorted by it (<see cref="Normalized.SortName"/>).</summary>
    public required string SortName { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Nickname { get; init; }

    public string? Company { get; init; }

    public string? Department { get; init; }

    public string? JobTitle { get; init; }

    public string? Birthday { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<LabeledValue> Emails { get; init; } = [];

    public IReadOnlyList<LabeledValue> Phones { get; init; } = [];

    public IReadOnlyList<LabeledValue> Addresses { get; init; } = [];

    public IReadOnlyList<LabeledValue> Urls { get; init; } = [];

    /// <summary>Everything that a search looks at, as <see cref="PushApp.Contacts.SearchText"/> writes it; indexed by its trigrams.</summary>
    public required string SearchText { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
