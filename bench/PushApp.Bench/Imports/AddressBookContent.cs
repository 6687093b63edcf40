using System.Globalization;
using System.Net;
using System.Text;

namespace PushApp.Bench.Imports;

/// <summary>A CSV file of made-up people, the same every time, written to the wire as it is made. Names come in no order, as in real address books: every index is written all over.</summary>
internal sealed class AddressBookContent(int rows) : HttpContent
{
    private const int FlushLength = 64 * 1024;

    private static readonly string[] FirstNames = ["Anna", "Bernd", "Carla", "Dieter", "Eva", "Frank", "Greta", "Heinz", "Ines", "Jürgen"];

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var random = new Random(1);
        var text = new StringBuilder("Name,Email,Phone,Company,Title,Note\n");
        for (var i = 0; i < rows; i++)
        {
            var first = FirstNames[random.Next(FirstNames.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{first} Muster{random.Next(1_000_000)},")
                .Append(CultureInfo.InvariantCulture, $"{(first == "Jürgen" ? "juergen" : first.ToLowerInvariant())}.muster{i}@mail{random.Next(50)}.example.com,")
                .Append(CultureInfo.InvariantCulture, $"+49 30 {random.Next(100_000_000):00000000},Company {random.Next(1000)} GmbH,Engineer,Met at fair {random.Next(100)}\n");
            if (text.Length > FlushLength || i == rows - 1)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
