using System.Text;

namespace PushApp.Contacts;

/// <summary>Reads content lines, unfolded (<see href="https://www.rfc-editor.org/rfc/rfc6350#section-3.2">RFC 6350 §3.2</see>), and cuts what is too long to be anything but a picture.</summary>
internal sealed class VCardLineReader(TextReader text) : IDisposable
{
    /// <summary>The longest content line that is kept whole, in characters.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly StringBuilder _line = new();
    private readonly char[] _buffer = new char[32 * 1024];
    private int _next;
    private int _length;
    private long _physicalLine;

    /// <summary>The physical line on which the content line begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the line was longer than <see cref="MaxLength"/> and lacks its end.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads the next line; null at the end.</summary>
    public string? Read()
    {
        _line.Clear();
        IsCut = false;
        Line = _physicalLine + 1;
        if (!ReadPhysicalLine())
        {
            return null;
        }

        while (Peek() is ' ' or '\t')
        {
            _next++;
            ReadPhysicalLine();
        }

        return _line.ToString();
    }

    public void Dispose() => text.Dispose();

    private bool ReadPhysicalLine()
    {
        if (Peek() < 0)
        {
            return false;
        }

        _physicalLine++;
        while (Peek() >= 0)
        {
            var rest = _buffer.AsSpan(_next, _length - _next);
            var end = rest.IndexOfAny('\r', '\n');
            var part = end < 0 ? rest : rest[..end];
            var room = MaxLength - _line.Length;
            IsCut |= part.Length > room;
            _line.Append(part[..Math.Min(part.Length, room)]);
            _next += part.Length;
            if (end >= 0)
            {
                if (_buffer[_next++] == '\r' && Peek() == '\n')
                {
                    _next++;
                }

                break;
            }
        }

        return true;
    }

    private int Peek()
    {
        if (_next == _length)
        {
            _next = 0;
            _length = text.Read(_buffer, 0, _buffer.Length);
        }

        return _length == 0 ? -1 : _buffer[_next];
    }
}
