namespace PushApp.Push.Inspection;

/// <summary>How often something happened lately. Guarded by whoever holds it.</summary>
internal struct RateMeter
{
    private const double WindowSeconds = 10;

    private long _window;
    private int _current;
    private int _previous;

    public void Count(TimeProvider time)
    {
        Turn(time.GetTimestamp() / (long)(time.TimestampFrequency * WindowSeconds));
        _current++;
    }

    /// <summary>A second, over the last ten to twenty seconds.</summary>
    public double PerSecond(TimeProvider time)
    {
        var now = time.GetTimestamp() / (time.TimestampFrequency * WindowSeconds);
        Turn((long)now);
        return (_previous + _current) / (WindowSeconds * (1 + now - (long)now));
    }

    private void Turn(long window)
    {
        if (window != _window)
        {
            _previous = window == _window + 1 ? _current : 0;
            _current = 0;
            _window = window;
        }
    }
}
