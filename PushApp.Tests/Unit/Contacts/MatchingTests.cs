using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

public sealed class MatchingTests
{
    [Theory]
    [InlineData("+49 (0)30 1234567", "+49 30 1234567")]
    [InlineData("0049 30 1234567", "+49 30/123 45 67")]
    [InlineData("+1 555 123 4567", "(555) 123-4567")]
    [InlineData("030 1234567", "+49 30 1234567")]
    [InlineData("555-1234 x12", "5551234 ext. 9")]
    [InlineData("Fax 030 1234567", "+49 30 1234567")]
    [InlineData("٠٥٠ ١٢٣ ٤٥٦٧", "050 123 4567")]
    [InlineData("#31#030 1234567", "030 1234567#12")]
    public void Numbers_written_differently_are_one(string left, string right) =>
        Assert.True(Normalized.SamePhone(Normalized.Phone(left), Normalized.Phone(right)));

    [Theory]
    [InlineData("555 0100", "555 0101")]
    [InlineData("110", "0110 110")]
    [InlineData("+49 30 1234567", "+49 89 1234567")]
    [InlineData("Fax 030 111", "Fax 030 222")]
    [InlineData("0", "000-0000")]
    public void Different_numbers_are_two(string left, string right) =>
        Assert.False(Normalized.SamePhone(Normalized.Phone(left), Normalized.Phone(right)));

    [Theory]
    [InlineData("Lee,  Ann", "lee ann")]
    [InlineData(" Dr. J.\tGROSS ", "dr j gross")]
    [InlineData(null, "")]
    public void Names_are_compared_without_case_blanks_and_dots(string? name, string expected) => Assert.Equal(expected, Normalized.Words(name));

    [Theory]
    [InlineData("Ju\u0308rgen", "Jürgen")]
    [InlineData("Vie\u0323\u0302t", "Việt")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("a\u0334\u0301", "á\u0334")]
    [InlineData("Jürgen", "Jürgen")]
    [InlineData("\u0301a", "\u0301a")]
    public void Letters_and_their_accents_are_put_together(string decomposed, string composed)
    {
        Assert.Equal(composed, Composition.Compose(decomposed));
        Assert.Equal(Lookup(Draft(composed, null, "1")), Lookup(Draft(decomposed, null, "1")));
    }

    [Fact]
    public void Emails_identify_and_phones_only_with_the_name()
    {
        Assert.Equal(Lookup(Draft("Ann", "ANN@example.com")), Lookup(Draft("Someone else", "ann@example.com")));
        Assert.NotEqual(Lookup(Draft("Ann", null, "555 0100")), Lookup(Draft("Bo", null, "555 0100")));
        Assert.Equal(Lookup(Draft("Ann", null, "+1 555 123 4567")), Lookup(Draft("ann", null, "(555) 123-4567")));
    }

    [Fact]
    public void Number_without_a_name_goes_with_the_nickname_or_the_company()
    {
        Assert.NotEqual(Lookup(With(Draft(null, null, "555 0100"), ContactField.Company, "Acme")), Lookup(With(Draft(null, null, "555 0100"), ContactField.Company, "Beta")));
        Assert.NotEqual(Lookup(With(Draft(null, null, "555 0100"), ContactField.Nickname, "Mum")), Lookup(With(Draft(null, null, "555 0100"), ContactField.Nickname, "Dad")));
        Assert.Equal(Lookup(With(Draft(null, null, "+1 555 123 4567"), ContactField.Company, "ACME")), Lookup(With(Draft(null, null, "(555) 123-4567"), ContactField.Company, "Acme")));

        // A company's number is not that of whoever is known by it alone; one that nobody is named beside is.
        Assert.DoesNotContain(Lookup(With(Draft(null, null, "555 0100"), ContactField.Company, "Acme"))[0], Draft("Ann", null, "555 0100").Keys.Ownership);
        Assert.Contains(Assert.Single(Lookup(Draft(null, null, "555 0100"))), Draft("Ann", null, "555 0100").Keys.Ownership);
    }

    [Fact]
    public void Value_without_a_number_identifies_nobody()
    {
        Assert.Equal(Lookup(Draft("Ann", null)), Lookup(Draft("Ann", null, "0")));
        Assert.NotEqual(Lookup(With(Draft(null, null, "0"), ContactField.Company, "Acme")), Lookup(With(Draft(null, null, "0"), ContactField.Company, "Beta")));
    }

    [Fact]
    public void Every_lookup_key_is_owned_after_a_record_was_taken_in()
    {
        foreach (var draft in (ContactDraft[])[Draft("Ann", "a@example.com", "1"), Draft(null, null, "1"), Draft("Ann", null, "1", "2"), Draft("Ann", null), Draft(null, "b@example.com")])
        {
            Assert.Subset(draft.Keys.Ownership.ToHashSet(), draft.Keys.Lookup.ToHashSet());
        }
    }

    [Fact]
    public void First_value_of_a_job_wins_and_nothing_is_overwritten_with_emptiness()
    {
        var stored = new ContactState();
        ContactMerger.Merge(stored, With(Draft("Ann", "a@example.com"), ContactField.Company, "Old"), ContactMerger.Rule.FirstOfJobWins);
        var contact = new ContactState { Fields = [.. stored.Fields], Emails = [.. stored.Emails] };

        Assert.False(ContactMerger.Merge(contact, Draft("Ann", "A@example.com"), ContactMerger.Rule.FirstOfJobWins));
        Assert.True(ContactMerger.Merge(contact, With(Draft(null, "a@example.com"), ContactField.Company, "New"), ContactMerger.Rule.FirstOfJobWins));
        Assert.False(ContactMerger.Merge(contact, With(Draft(null, "a@example.com"), ContactField.Company, "Newer"), ContactMerger.Rule.FirstOfJobWins));
        Assert.Equal("New", contact[ContactField.Company]);
        Assert.Equal("Ann", contact[ContactField.Name]);
    }

    [Fact]
    public void Shared_contact_fills_gaps_and_overwrites_nothing()
    {
        var contact = new ContactState();
        ContactMerger.Merge(contact, With(Draft("Ann", "a@example.com"), ContactField.Company, "Mine"), ContactMerger.Rule.StoredWins);

        Assert.True(ContactMerger.Merge(contact, With(Draft("Anna", "a@example.com", "555"), ContactField.Company, "Theirs"), ContactMerger.Rule.StoredWins));
        Assert.Equal(("Ann", "Mine", "555"), (contact[ContactField.Name], contact[ContactField.Company], Assert.Single(contact.Phones).Value));
    }

    [Fact]
    public void Numbers_that_differ_are_all_kept()
    {
        var contact = new ContactState();
        ContactMerger.Merge(contact, Draft("Ann", null, "Fax: 030 1111", "0", "030 1111"), ContactMerger.Rule.FirstOfJobWins);
        ContactMerger.Merge(contact, Draft("Ann", null, "Fax: 030 2222", "00"), ContactMerger.Rule.FirstOfJobWins);

        Assert.Equal(["Fax: 030 1111", "0", "Fax: 030 2222", "00"], contact.Phones.Select(phone => phone.Value));
    }

    [Fact]
    public void Lists_are_bounded()
    {
        var contact = new ContactState();
        for (var i = 0; i < 1000; i++)
        {
            ContactMerger.Merge(contact, Draft("Ann", $"a{i}@example.com"), ContactMerger.Rule.FirstOfJobWins);
        }

        Assert.Equal(ContactDraft.MaxValues, contact.Emails.Count);
    }

    private static long[] Lookup(ContactDraft draft) => draft.Keys.Lookup;

    private static ContactDraft With(ContactDraft draft, ContactField field, string value)
    {
        draft[field] = value;
        return draft;
    }

    private static ContactDraft Draft(string? name, string? email, params string[] phones)
    {
        var draft = new ContactDraft { [ContactField.Name] = name };
        if (email is not null)
        {
            draft.Emails.Add(new LabeledValue(email, null));
        }

        draft.Phones.AddRange(phones.Select(phone => new LabeledValue(phone, null)));
        return draft;
    }
}
