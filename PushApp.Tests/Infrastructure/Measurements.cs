using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.Tests.Infrastructure;

/// <summary>
/// What one node measures, added up by instrument and tags, as in <c>pushapp.socketio.sockets namespace=/</c>; of a histogram, how many values there were. What is observed is asked for anew each time.
/// </summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new(StringComparer.Ordinal);

    public Measurements(IServiceProvider services, string meter)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, tags, _) =>
        {
            var key = Key(instrument, tags);
            if (instrument.IsObservable)
            {
                _sums[key] = measurement;
            }
            else
            {
                _sums.AddOrUpdate(key, measurement, (_, sum) => sum + measurement);
            }
        });
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => _sums.AddOrUpdate(Key(instrument, tags), 1, (_, count) => count + 1));
        _listener.Start();
    }

    /// <summary>The sum so far; 0 for what was never measured.</summary>
    public long this[string instrumentAndTags]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _sums.GetValueOrDefault(instrumentAndTags);
        }
    }

    public override string ToString() => string.Join(Environment.NewLine, _sums.ToArray().OrderBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => $"{sum.Key}: {sum.Value}"));

    public void Dispose() => _listener.Dispose();

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var tag in tags)
        {
            key += $" {tag.Key}={tag.Value}";
        }

        return key;
    }
}
