using System.Globalization;
using System.Text;

namespace PushApp.Web.Site;

/// <summary>
/// A made-up address book in the columns of a Google Contacts export. The same rows every time, so that importing it again changes nothing. A few rows are as address
/// books are: the same person twice, a note over two lines, and here and there a row that holds nobody and is rejected.
/// </summary>
internal static class SampleAddressBook
{
    public const int DefaultRows = 2000;
    public const int MaxRows = 200_000;

    private static readonly string[] FirstNames =
    [
        "Ada", "Amara", "Anders", "Aisha", "Ben", "Bianca", "Carlos", "Chiara", "Daniel", "Diya", "Elena", "Emil", "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jonas",
        "Julia", "Kaito", "Klara", "Leila", "Liam", "Lucía", "Mateo", "Mei", "Mira", "Noah", "Nora", "Olivia", "Omar", "Priya", "Quentin", "Rosa", "Ruben", "Saga", "Sofía", "Tariq",
        "Theo", "Uma", "Viktor", "Wanda", "Xavier", "Yara", "Yusuf", "Zoë", "Jürgen", "Łucja",
    ];

    private static readonly string[] LastNames =
    [
        "Abbott", "Almeida", "Andersson", "Baker", "Bianchi", "Brandt", "Castillo", "Chen", "Costa", "Dubois", "Eriksen", "Farouk", "Fischer", "García", "Haddad", "Hoffmann", "Ibrahim",
        "Ivanova", "Jensen", "Kaur", "Keller", "Kowalski", "Lambert", "Larsen", "Lindqvist", "Marino", "Martins", "Meyer", "Moreau", "Müller", "Nakamura", "Novak", "O'Brien", "Okafor",
        "Olsen", "Park", "Patel", "Petrov", "Quinn", "Reyes", "Rossi", "Sato", "Schmidt", "Silva", "Tanaka", "Usman", "Vargas", "Weber", "Yilmaz", "Zimmermann",
    ];

    private static readonly string[] Companies =
    [
        "Alder & Finch", "Bluewater Freight", "Cobalt Studio", "Dovetail Joinery", "Eastgate Clinic", "Fernhill Books", "Granite Legal", "Harbour Coffee", "Ivory Keys", "Juniper Labs",
        "Kestrel Air", "Lumen Optics", "Meadow Foods", "Northwind Cycles", "Orchard Homes", "Pine Street Bakery", "Quarry Stone", "Riverbank Credit", "Saffron Kitchen", "Tidewater Energy",
    ];

    private static readonly string[] Titles =
    [
        "Architect", "Account manager", "Baker", "Designer", "Engineer", "Founder", "Nurse", "Office manager", "Photographer", "Product lead", "Sales", "Teacher", "Translator", "Veterinarian",
    ];

    /// <summary>Writes the header and <paramref name="rows"/> rows: UTF-8, lines ended by CRLF as RFC 4180 has it.</summary>
    public static async Task WriteAsync(Stream stream, int rows)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Notes");
        for (var row = 0; row < rows; row++)
        {
            await writer.WriteLineAsync(Row(row));
        }
    }

    internal static string Row(int row)
    {
        // Every 400th row holds nobody: enough to see what a rejected row looks like, not enough to be in the way.
        if (row % 400 == 399)
        {
            return ",,,,,,,,only a note";
        }

        // Every 90th row is somebody from before, now with a phone number at work.
        var person = row % 90 == 89 ? row - 45 : row;
        var first = FirstNames[Mix(person, 1) % (uint)FirstNames.Length];
        var last = LastNames[Mix(person, 2) % (uint)LastNames.Length];
        var company = Companies[Mix(person, 3) % (uint)Companies.Length];
        var title = Titles[Mix(person, 4) % (uint)Titles.Length];
        var email = string.Create(CultureInfo.InvariantCulture, $"{Ascii(first)}.{Ascii(last)}{person}@{Domain(company)}");
        // 555-01xx numbers are set aside for made-up people.
        var phone = string.Create(CultureInfo.InvariantCulture, $"+1 {200 + (Mix(row, 5) % 700)} 555 01{Mix(row, 6) % 100:00}");
        var note = row % 25 == 7 ? $"\"Met at the {company} fair.\r\nCall back in spring.\"" : "";
        return $"{first},{last},{company},{title},Work,{email},Mobile,{phone},{note}";
    }

    private static string Domain(string company) =>
        string.Concat(company.Where(char.IsAsciiLetter)).ToLowerInvariant() + ".example";

    // "Zoë" → "zoe", "Łucja" → "lucja": the accent goes, the letter stays. Only letters that the lists above hold.
    private static string Ascii(string name) => string.Concat(name.ToLowerInvariant().Select(letter => letter switch
    {
        'ë' => "e",
        'í' => "i",
        'ü' => "ue",
        'ł' => "l",
        _ when char.IsAsciiLetter(letter) => letter.ToString(),
        _ => "",
    }));

    // Spreads neighbouring numbers (the finaliser of MurmurHash3), the same on every machine.
    private static uint Mix(int row, uint column)
    {
        var value = ((uint)row * 0x9E3779B1u) ^ (column * 0x85EBCA77u);
        value = (value ^ (value >> 16)) * 0x85EBCA6Bu;
        value = (value ^ (value >> 13)) * 0xC2B2AE35u;
        return value ^ (value >> 16);
    }
}
