using System.Text;
using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

/// <summary>Reads address books the way an import does.</summary>
internal static class ContactText
{
    public static List<ContactRecord> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static List<ContactRecord> Read(byte[] file)
    {
        var format = ContactFormats.Recognise(file, isWhole: true);
        using var text = ImportText.Open(new TricklingStream(file));
        using var reader = format.Open(text);
        var records = new List<ContactRecord>();
        while (reader.TryRead(out var record))
        {
            records.Add(record);
        }

        return records;
    }

    public static ContactDraft ReadOne(string text) => Assert.IsType<ContactDraft>(Assert.Single(Read(text)).Contact);

    public static ContactFileException Refuse(byte[] file) => Assert.Throws<ContactFileException>(() => Read(file));

    /// <summary>Gives few bytes at a time, so that every boundary is met.</summary>
    private sealed class TricklingStream : MemoryStream
    {
        private readonly byte[] _bytes;
        private int _size;

        public TricklingStream(byte[] bytes)
            : base(bytes) => _bytes = bytes;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(Math.Min(buffer.Length, 1 + (_size++ % 7)), Length - Position);
            _bytes.AsSpan((int)Position, count).CopyTo(buffer);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
