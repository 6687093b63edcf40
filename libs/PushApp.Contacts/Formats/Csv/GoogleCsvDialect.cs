using System.Text.RegularExpressions;

namespace PushApp.Contacts;

/// <summary>The export of Google Contacts, of today (<c>First Name</c>, <c>E-mail 1 - Label</c>) and of before 2024 (<c>Given Name</c>, <c>E-mail 1 - Type</c>).</summary>
internal sealed partial class GoogleCsvDialect : ICsvDialect
{
    // Several values of one label share a cell.
    private const string Separator = " ::: ";

    private static readonly Dictionary<string, CsvColumn> Single = new(StringComparer.Ordinal)
    {
        ["name"] = CsvColumn.Of(ContactField.Name),
        ["given name"] = CsvColumn.Of(ContactField.GivenName),
        ["first name"] = CsvColumn.Of(ContactField.GivenName),
        ["additional name"] = new(CsvColumnKind.MiddleName),
        ["middle name"] = new(CsvColumnKind.MiddleName),
        ["family name"] = CsvColumn.Of(ContactField.FamilyName),
        ["last name"] = CsvColumn.Of(ContactField.FamilyName),
        ["nickname"] = CsvColumn.Of(ContactField.Nickname),
        ["organization name"] = CsvColumn.Of(ContactField.Company),
        ["organization 1 - name"] = CsvColumn.Of(ContactField.Company),
        ["organization title"] = CsvColumn.Of(ContactField.JobTitle),
        ["organization 1 - title"] = CsvColumn.Of(ContactField.JobTitle),
        ["organization department"] = CsvColumn.Of(ContactField.Department),
        ["organization 1 - department"] = CsvColumn.Of(ContactField.Department),
        ["birthday"] = CsvColumn.Of(ContactField.Birthday),
        ["notes"] = CsvColumn.Of(ContactField.Note),
    };

    public bool Recognises(IReadOnlyList<string> header) => header.Any(name => Numbered().IsMatch(name) || name == "organization name");

    public CsvColumn[] Map(IReadOnlyList<string> header) => [.. header.Select(name => Map(name, header))];

    public IEnumerable<string> Split(string cell) => cell.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static CsvColumn Map(string name, IReadOnlyList<string> header)
    {
        if (Single.TryGetValue(name, out var column))
        {
            return column;
        }

        var match = Numbered().Match(name);
        if (!match.Success)
        {
            // A column that somebody added, or a list of another's with 'Organization Name' in it.
            return PlainCsvDialect.Map(name);
        }

        var group = match.Groups["group"].Value;
        var label = Math.Max(IndexOf(header, group + " - label"), IndexOf(header, group + " - type"));
        var isFormatted = IndexOf(header, group + " - formatted") >= 0;
        return (match.Groups["kind"].Value, match.Groups["part"].Value) switch
        {
            ("e-mail", "value") => new(CsvColumnKind.Email, LabelColumn: label),
            ("phone", "value") => new(CsvColumnKind.Phone, LabelColumn: label),
            ("website", "value") => new(CsvColumnKind.Url, LabelColumn: label),
            ("address", "formatted") => new(CsvColumnKind.Address, LabelColumn: label),
            ("address", "street" or "extended address" or "po box" or "city" or "region" or "postal code" or "country") when !isFormatted =>
                new(CsvColumnKind.AddressPart, LabelColumn: label, Group: group),
            _ => CsvColumn.Ignored,
        };
    }

    private static int IndexOf(IReadOnlyList<string> header, string name)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    [GeneratedRegex("^(?<group>(?<kind>e-mail|phone|address|website|organization) [0-9]{1,2}) - (?<part>[a-z ]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Numbered();
}
