namespace PushApp.Contacts;

/// <summary>
/// Moves a fold that lies inside of a UTF-8 character behind it. vCard 3.0 lines are folded by octets (<see href="https://www.rfc-editor.org/rfc/rfc2425#section-5.8.1">RFC 2425 §5.8.1</see>),
/// and some programs do so without a look at the characters; decoded as it stands, each half would be a character of its own. The lines keep their numbers.
/// </summary>
internal sealed class VCardFoldStream(Stream source) : ForwardStream
{
    private const int BufferBytes = 64 * 1024;

    // A character of four bytes and a fold of three.
    private const int MaxSequence = 7;

    private readonly byte[] _input = new byte[BufferBytes];
    private readonly byte[] _output = new byte[BufferBytes];
    private int _at;
    private int _length;
    private int _next;
    private int _ready;
    private bool _isEnd;

    public override int Read(Span<byte> buffer)
    {
        while (_next == _ready)
        {
            if (!Fill())
            {
                return 0;
            }

            Convert();
        }

        var count = Math.Min(buffer.Length, _ready - _next);
        _output.AsSpan(_next, count).CopyTo(buffer);
        _next += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads on; false when nothing is left to convert.</summary>
    private bool Fill()
    {
        _input.AsSpan(_at, _length - _at).CopyTo(_input);
        _length -= _at;
        _at = 0;
        if (!_isEnd)
        {
            var count = source.Read(_input, _length, BufferBytes - _length);
            _isEnd = count == 0;
            _length += count;
        }

        return _length > 0;
    }

    private void Convert()
    {
        _next = 0;
        _ready = 0;
        while (_at < _length)
        {
            var lead = _input.AsSpan(_at, _length - _at).IndexOfAnyInRange((byte)0xC2, (byte)0xF4);
            Put(_at, lead < 0 ? _length - _at : lead);
            if (lead < 0)
            {
                _at = _length;
                return;
            }

            _at += lead;
            if (!_isEnd && _length - _at < MaxSequence)
            {
                // Whether it is whole says what comes.
                return;
            }

            PutCharacter();
        }
    }

    private void PutCharacter()
    {
        var size = _input[_at] switch { < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        var first = 1 + CountContinuations(_at + 1, size - 1);
        var fold = FoldAt(_at + first);
        if (first == size || fold == 0 || CountContinuations(_at + first + fold, size - first) < size - first)
        {
            Put(_at, first);
            _at += first;
            return;
        }

        Put(_at, first);
        Put(_at + first + fold, size - first);
        Put(_at + first, fold);
        _at += size + fold;
    }

    private int FoldAt(int at)
    {
        var length = ByteAt(at) == '\r' && ByteAt(at + 1) == '\n' ? 2 : ByteAt(at) is '\r' or '\n' ? 1 : 0;
        return length > 0 && ByteAt(at + length) is ' ' or '\t' ? length + 1 : 0;
    }

    private int CountContinuations(int at, int max)
    {
        var count = 0;
        while (count < max && ByteAt(at + count) is >= 0x80 and < 0xC0)
        {
            count++;
        }

        return count;
    }

    private int ByteAt(int at) => at < _length ? _input[at] : -1;

    private void Put(int at, int count)
    {
        _input.AsSpan(at, count).CopyTo(_output.AsSpan(_ready));
        _ready += count;
    }
}
