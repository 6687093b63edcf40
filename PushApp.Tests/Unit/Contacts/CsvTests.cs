using System.Text;
using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

public sealed class CsvTests
{
    [Fact]
    public void Google_export_of_today_is_understood()
    {
        var contact = ContactText.ReadOne(
            """
            First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Website 1 - Label,Website 1 - Value
            Ann,Marie,Lee,Annie,Acme,Engineer,R&D,1985-04-12,"Met in ""Rome""
            and Paris",https://example.com/p,* myContacts,* Work,ann@acme.example ::: lee@acme.example,Home,ann@home.example,Mobile,+1 555 0100,Home,"1 Main St
            Springfield",1 Main St,Springfield,Blog,https://ann.example
            """);

        Assert.Equal("Ann Marie Lee", contact[ContactField.Name]);
        Assert.Equal("Acme", contact[ContactField.Company]);
        Assert.Equal("Engineer", contact[ContactField.JobTitle]);
        Assert.Equal("Met in \"Rome\"\nand Paris", contact[ContactField.Note]);
        Assert.Equal([new("ann@acme.example", "work"), new("lee@acme.example", "work"), new("ann@home.example", "home")], contact.Emails);
        Assert.Equal([new("+1 555 0100", "mobile")], contact.Phones);
        Assert.Equal([new("1 Main St\nSpringfield", "home")], contact.Addresses);
        Assert.Equal([new("https://ann.example", "blog")], contact.Urls);
    }

    [Fact]
    public void Google_export_of_before_is_understood()
    {
        var contact = ContactText.ReadOne(
            """
            Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title,Address 1 - Type,Address 1 - Street,Address 1 - City
            Bo Lund,Bo,,Lund,* myContacts,* ,bo@example.com,Lund AB,CEO,Work,Gata 1,Malmö
            """);

        Assert.Equal("Bo Lund", contact[ContactField.Name]);
        Assert.Equal("Lund AB", contact[ContactField.Company]);
        Assert.Equal([new("bo@example.com", null)], contact.Emails);
        Assert.Equal([new("Gata 1, Malmö", "work")], contact.Addresses);
    }

    [Fact]
    public void Columns_beside_those_of_a_Google_export_are_read_by_what_they_are_called()
    {
        var plain = ContactText.ReadOne(
            """
            First Name,Last Name,Organization Name,Email,Phone,Title
            Ann,Lee,Acme,ann@acme.example,+1 555 0100,Engineer
            """);
        Assert.Equal(("Ann Lee", "Acme", "Engineer"), (plain[ContactField.Name], plain[ContactField.Company], plain[ContactField.JobTitle]));
        Assert.Equal(("ann@acme.example", "+1 555 0100"), (Assert.Single(plain.Emails).Value, Assert.Single(plain.Phones).Value));

        var extended = ContactText.ReadOne(
            """
            First Name,Name Prefix,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value,Mobile Phone
            Bo,Dr.,https://example.com/p,* myContacts,Home,bo@example.com,Size,XL,+1 555 0101
            """);
        Assert.Equal("Bo", extended[ContactField.Name]);
        Assert.Equal([new("+1 555 0101", "mobile")], extended.Phones);
        Assert.Empty(extended.Urls);
    }

    [Fact]
    public void Outlook_export_is_understood()
    {
        var contact = ContactText.ReadOne(
            """
            "Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street","Business City","Home Phone","Business Phone","Mobile Phone","Assistant's Phone","Birthday","E-mail Address","E-mail Type","E-mail Display Name","E-mail 2 Address","Notes","Web Page"
            "Ms.","Eva","","Roth","","Roth GmbH","Sales","Buyer","Weg 2","Bonn","+49 30 1","+49 30 2","+49 170 3","+49 30 9","0/0/00","eva@roth.example","SMTP","Eva Roth","eva@home.example","x","https://roth.example"
            """);

        Assert.Equal("Eva Roth", contact[ContactField.Name]);
        Assert.Equal("Buyer", contact[ContactField.JobTitle]);
        Assert.Null(contact[ContactField.Birthday]);
        Assert.Equal(["eva@roth.example", "eva@home.example"], contact.Emails.Select(email => email.Value));
        Assert.Equal([new("+49 30 1", "home"), new("+49 30 2", "business"), new("+49 170 3", "mobile")], contact.Phones);
        Assert.Equal([new("Weg 2, Bonn", "business")], contact.Addresses);
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    [InlineData("|")]
    public void Every_common_separator_is_found(string separator)
    {
        var contact = ContactText.ReadOne($"Full Name,E-Mail,work_phone,Firma\r\n\"Lee, Ann\",ann@example.com,123,X & Y".Replace(",", separator).Replace($"Lee{separator} ", "Lee, "));

        Assert.Equal("Lee, Ann", contact[ContactField.Name]);
        Assert.Equal([new("ann@example.com", null)], contact.Emails);
        Assert.Equal([new("123", "work")], contact.Phones);
        Assert.Equal("X & Y", contact[ContactField.Company]);
    }

    [Fact]
    public void Separator_named_in_the_first_line_is_used()
    {
        var record = Assert.Single(ContactText.Read("sep=;\r\nName;Note\r\nAnn;a,b,c"));

        Assert.Equal(3, record.Line);
        Assert.Equal("a,b,c", record.Contact![ContactField.Note]);
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_breaks_and_blank_lines()
    {
        var records = ContactText.Read("Name,Email,Note\n\nAnn,ann@example.com,\"one\ntwo\r\nthree\"\n\nBo,nonsense,\nCy,cy@example.com,\n");

        Assert.Equal([3L, 7L, 8L], records.Select(record => record.Line));
        Assert.Contains("'nonsense' is no e-mail address", records[1].Reason);
        Assert.Equal(["Bo", "nonsense", ""], records[1].Columns!);
    }

    [Theory]
    [InlineData("Bo,\"bo@example.com\nCy,cy@example.com\nDi,di@example.com\n")]
    [InlineData("Bo,\"bo\"@example.com\nCy,cy@example.com\nDi,di@example.com\n")]
    public void Broken_quote_costs_its_own_line_only(string rows)
    {
        var records = ContactText.Read("Name,Email\nAnn,ann@example.com\n" + rows);

        Assert.Equal(["Ann", null, "Cy", "Di"], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Equal([2L, 3L, 4L, 5L], records.Select(record => record.Line));
        Assert.Contains("quotes are broken", records[1].Reason);
        Assert.StartsWith("Bo,", Assert.Single(records[1].Columns!));
    }

    [Fact]
    public void Record_longer_than_the_buffer_is_rejected_and_the_rest_read()
    {
        var records = ContactText.Read($"Name,Note\nAnn,{new string('x', CsvRecords.MaxRecordLength + 10)}\nBo,\n");

        Assert.Equal([null, "Bo"], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Equal([2L, 3L], records.Select(record => record.Line));
    }

    [Theory]
    [InlineData("\"a\"x,b@x.com\n", 40_000)] // closed, and more behind it
    [InlineData("x\",\"y\n", 40_000)] // each line opens a quote that the next one closes and opens again: never an end
    [InlineData("\"a,\"b\n", 40_000)]
    public void Broken_quotes_all_over_cost_their_own_lines_only(string line, int count)
    {
        var records = ContactText.Read("Name,Email\n" + string.Concat(Enumerable.Repeat(line, count)) + "Ann,ann@example.com\n");

        Assert.Equal(count + 1, records.Count);
        Assert.Equal("Ann", records[^1].Contact![ContactField.Name]);
        Assert.Equal(count + 2L, records[^1].Line);
        Assert.All(records.SkipLast(1), record => Assert.NotNull(record.Reason));
    }

    [Fact]
    public void Quotes_that_never_close_cost_time_in_proportion_to_the_file()
    {
        // Each line's record would end nowhere in the megabyte that follows: read for each anew, it would be 400,000 megabytes.
        var file = "Name,Email\n" + string.Concat(Enumerable.Repeat("x\",\"y\n", 400_000)) + "Ann,ann@example.com\n";

        Assert.Equal("Ann", ContactText.Read(file)[^1].Contact![ContactField.Name]);
    }

    [Fact]
    public void Records_of_several_lines_are_read_among_broken_quotes()
    {
        var records = ContactText.Read("Name,Note\nAnn,\"open\nBo,\"one\ntwo\"\n\"x\"y,\nCy,\"one\n\ntwo\"\nDi,\"never closed\nEd,\n");

        Assert.Equal([null, "Bo", null, "Cy", null, "Ed"], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Equal("one\ntwo", records[1].Contact![ContactField.Note]);
        Assert.Equal("one\n\ntwo", records[^3].Contact![ContactField.Note]);
        Assert.Equal([2L, 3L, 5L, 6L, 9L, 10L], records.Select(record => record.Line));
    }

    [Fact]
    public void Line_of_many_megabytes_is_rejected_for_its_length_and_the_rest_read()
    {
        using var reader = new CsvFormat().Open(new StringReader($"Name,Email\n{new string('a', 70 * 1024 * 1024)}\nBo,bo@example.com\n"));

        Assert.True(reader.TryRead(out var first));
        Assert.Contains("longer than 1,048,576 characters", first.Reason);
        Assert.DoesNotContain("quote", first.Reason);
        Assert.True(reader.TryRead(out var next));
        Assert.Equal((3L, "Bo"), (next.Line, next.Contact![ContactField.Name]));
    }

    [Theory]
    [InlineData("\"Vorname\",\"Nachname\",\"E-Mail-Adresse\",\"Mobiltelefon\",\"Firma\",\"Telefon geschäftlich\",\"Postleitzahl privat\"")]
    [InlineData("\"Prénom\",\"Nom\",\"Adresse de messagerie\",\"Tél. mobile\",\"Société\",\"Téléphone (bureau)\",\"Code postal (domicile)\"")]
    [InlineData("\"Nombre\",\"Apellidos\",\"Dirección de correo electrónico\",\"Número de móvil\",\"Compañía\",\"Teléfono del trabajo\",\"Código postal de particular\"")]
    [InlineData("\"Nome\",\"Cognome\",\"Indirizzo di posta elettronica\",\"Cellulare\",\"Società\",\"Telefono ufficio\",\"CAP (ab.)\"")]
    [InlineData("\"Voornaam\",\"Achternaam\",\"E-mailadres\",\"Mobiele telefoon\",\"Bedrijf\",\"Telefoon op werk\",\"Huisadres, postcode\"")]
    [InlineData("\"PRENOM\",\"NOM\",\"E-mail\",\"Te\u0301le\u0301phone mobile\",\"Societe\",\"telephone bureau\",\"code postal domicile\"")]
    public void Outlook_exports_in_other_languages_are_understood(string header)
    {
        var contact = ContactText.ReadOne(header + "\n\"Eva\",\"Roth\",\"eva@roth.example\",\"+49 170 3\",\"Roth GmbH\",\"+49 30 2\",\"53111\"\n");

        Assert.Equal(("Eva Roth", "Roth GmbH"), (contact[ContactField.Name], contact[ContactField.Company]));
        Assert.Equal("eva@roth.example", Assert.Single(contact.Emails).Value);
        Assert.Equal([new("+49 170 3", "mobile"), new("+49 30 2", "business")], contact.Phones);
        Assert.Equal([new("53111", "home")], contact.Addresses);
    }

    [Fact]
    public void Address_under_a_heading_of_unknown_name_is_taken_where_none_is_named()
    {
        Assert.Equal("eva@roth.example", Assert.Single(ContactText.ReadOne("Name,Sähköposti\nEva,eva@roth.example\n").Emails).Value);
        Assert.Empty(ContactText.ReadOne("Name,Email,Manager\nEva,,boss@roth.example\n").Emails);
    }

    [Theory]
    [InlineData("\"sep=;\"\r\n")]
    [InlineData("\uFEFF\"sep=;\"\n")]
    public void Separator_line_that_excel_quoted_is_read(string line)
    {
        Assert.Equal("a,b,c", ContactText.ReadOne(line + "Name;Note\r\nAnn;a,b,c")[ContactField.Note]);
    }

    [Fact]
    public void Fields_too_long_to_be_one_are_rejected_and_notes_are_not()
    {
        var records = ContactText.Read($"Name,Phone,Note\n{new string('a', 1001)},1,\n{new string('a', 1000)},1,{new string('n', 100_000)}\nBo,{new string('1', 1001)},\n");

        Assert.Contains("longer than 1,000 characters", records[0].Reason);
        Assert.Equal(100_000, records[1].Contact![ContactField.Note]!.Length);
        Assert.Contains("longer than 1,000 characters", records[2].Reason);
    }

    [Fact]
    public void Control_characters_and_turns_of_direction_are_left_out()
    {
        Assert.Equal("Ann Lee (gpj.exe)", ContactText.ReadOne("Name\nAnn\u001B\u007F\u0085 Lee \u202E(gpj\u2066.exe\u200F)\u202C\n")[ContactField.Name]);
    }

    [Theory]
    [InlineData("Name;Vorname\nMüller;Anna\nMüller;Bernd\n")]
    [InlineData("Voornaam;Naam\nAnna;Müller\nBernd;Müller\n")]
    public void Name_beside_a_first_name_is_the_last_name(string file)
    {
        var contacts = ContactText.Read(file).Select(record => record.Contact!).ToList();

        Assert.Equal(["Anna Müller", "Bernd Müller"], contacts.Select(contact => contact[ContactField.Name]));
        Assert.All(contacts, contact => Assert.Equal("Müller", contact[ContactField.FamilyName]));
    }

    [Fact]
    public void Name_that_has_the_first_name_in_it_is_the_whole_name()
    {
        var contact = ContactText.ReadOne("Name,First name\nDr. Ann Lee,Ann\n");

        Assert.Equal("Dr. Ann Lee", contact[ContactField.Name]);
        Assert.Null(contact[ContactField.FamilyName]);
    }

    [Fact]
    public void Labels_are_short_and_clean()
    {
        var label = new string('L', 100_000);
        var contact = ContactText.ReadOne($"First Name,Phone 1 - Label,Phone 1 - Value\nAnn,\u202E{label},555 0100\n");
        Assert.Equal(new string('l', 99) + "…", Assert.Single(contact.Phones).Label);

        var card = ContactText.ReadOne($"BEGIN:VCARD\nFN:Ann\nTEL;TYPE=\u202E{label[..50_000]}:555 0100\nEND:VCARD\n");
        Assert.Equal(new string('l', 99) + "…", Assert.Single(card.Phones).Label);
    }

    [Fact]
    public void Numbers_in_the_digits_of_any_script_are_numbers()
    {
        var contact = ContactText.ReadOne("Name,Phone\n山田太郎,０９０−１２３４−５６７８\n");

        Assert.Equal("０９０−１２３４−５６７８", Assert.Single(contact.Phones).Value);
    }

    [Fact]
    public void Short_row_is_whole_and_a_long_one_is_rejected()
    {
        var records = ContactText.Read("Name,Email,Note\nAnn\nBo,bo@example.com,x,y\nCy,cy@example.com,x,\n");

        Assert.Equal(["Ann", null, "Cy"], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Contains("4 columns, but the header has 3", records[1].Reason);
    }

    [Fact]
    public void Rejected_rows_left_as_they_were_are_rejected_again()
    {
        const string broken = "The quotes are broken: a quoted field begins and ends with a quote, and a quote in it is written twice. Correct the line.";
        var records = ContactText.Read(
            $"Line,Reason,Name,Email\r\n3,\"{broken}\",\"Bo,\"\"bo@example.com\"\r\n4,\"{broken}\",Cy,cy@example.com\r\n5,'x' is no e-mail address.,\"'-Di =x\",di@example.com\r\n6,x,\"''=Ed\",\r\n");

        Assert.Equal([null, "Cy", "-Di =x", "'=Ed"], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Contains("quotes are broken", records[0].Reason);
        Assert.Equal(["Bo,\"bo@example.com"], records[0].Columns!);
    }

    [Fact]
    public void Rejected_cards_are_read_from_the_file_that_lists_them()
    {
        var records = ContactText.Read(
            "Line,Reason,vCard\r\n6,x,\"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n\"\r\n9,y,\"BEGIN:VCARD\nVERSION:2.1\nFN:Old\nEND:VCARD\n\"\r\n12,z,\"stray\n\"\r\n");

        Assert.Equal(["Ann", null, null], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Equal([2L, 7L, 12L], records.Select(record => record.Line));
        Assert.Contains("FN:Old", Assert.Single(records[1].Columns!));
    }

    [Fact]
    public void Row_without_anything_to_know_a_contact_by_is_rejected()
    {
        Assert.Contains("no name, company, e-mail address or phone number", Assert.Single(ContactText.Read("Name,Email,Note\n,,hello\n")).Reason);
    }

    [Fact]
    public void Row_that_begins_with_a_hash_is_no_comment()
    {
        Assert.Equal("#1 Plumbing", ContactText.ReadOne("Company,Phone\n#1 Plumbing,555 0100\n")[ContactField.Company]);
    }

    [Fact]
    public void Utf8_with_mark_utf16_and_windows_1252_are_read()
    {
        const string text = "Name;Email\nJürgen “J” Groß;j@example.com\nÀ€;a@example.com\n";
        var windows = text.Select(c => c switch { '“' => (byte)0x93, '”' => (byte)0x94, '€' => (byte)0x80, _ => (byte)c }).ToArray();
        foreach (var file in (byte[][])
            [
                Encoding.UTF8.GetBytes(text),
                [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
                [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
                [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)],
                Encoding.Unicode.GetBytes("Name;Email address of this person and more;;\n" + text[11..]),
                windows,
            ])
        {
            Assert.Equal(["Jürgen “J” Groß", "À€"], ContactText.Read(file).Select(record => record.Contact?[ContactField.Name]));
        }
    }

    [Fact]
    public void Characters_cut_by_the_buffer_are_whole()
    {
        var file = "Name,Note\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"Ann {i},😀ü€😀\n"));
        var records = ContactText.Read(file);

        Assert.Equal(3000, records.Count);
        Assert.All(records, record => Assert.Equal("😀ü€😀", record.Contact![ContactField.Note]));
    }
}
