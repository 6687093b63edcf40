namespace PushApp.Contacts;

/// <summary>Keeps what was read until it is released, so that a parser that stumbled can begin anew a little further on.</summary>
internal sealed class ReplayTextReader(TextReader source) : TextReader
{
    private const int BlockLength = 32 * 1024;

    private readonly List<char[]> _blocks = [];
    private long _start; // of the first block
    private long _end; // of what was read from the source
    private long _next;

    /// <summary>How many characters were given out.</summary>
    public long Position => _next;

    public override int Read(Span<char> buffer)
    {
        var ahead = Ahead();
        var count = Math.Min(buffer.Length, ahead.Length);
        ahead[..count].CopyTo(buffer);
        _next += count;
        return count;
    }

    /// <summary>What comes next, as much as lies together; empty at the end. <see cref="Skip"/> steps over it.</summary>
    public ReadOnlySpan<char> Ahead()
    {
        if (_next == _end && !Fill())
        {
            return [];
        }

        var (block, at) = Math.DivRem(_next - _start, BlockLength);
        return _blocks[(int)block].AsSpan((int)at, (int)Math.Min(BlockLength - at, _end - _next));
    }

    /// <summary>Steps over a part of <see cref="Ahead"/>.</summary>
    public void Skip(int count) => _next += count;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read()
    {
        var c = '\0';
        return Read(new Span<char>(ref c)) == 0 ? -1 : c;
    }

    public override int Peek()
    {
        var next = _next;
        var c = Read();
        _next = next;
        return c;
    }

    /// <summary>Continues at a character that has not been released.</summary>
    public void Rewind(long position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, _start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _end);
        _next = position;
    }

    /// <summary>Forgets what lies before a character.</summary>
    public void Release(long position)
    {
        while (_blocks.Count > 0 && _start + BlockLength <= Math.Min(position, _next))
        {
            _blocks.RemoveAt(0);
            _start += BlockLength;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        var at = (int)((_end - _start) % BlockLength);
        if (at == 0)
        {
            _blocks.Add(new char[BlockLength]);
        }

        // Whole blocks: a parser that is given a few characters at a time moves its buffer each time.
        var count = source.ReadBlock(_blocks[^1], at, BlockLength - at);
        _end += count;
        return count > 0;
    }
}
