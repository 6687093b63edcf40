namespace PushApp.Dashboard.Store;

/// <summary>What is measured.</summary>
internal enum InstrumentKind
{
    /// <summary>A value that may go up and down.</summary>
    Gauge,

    /// <summary>A count that only grows.</summary>
    Counter,

    /// <summary>A count that may shrink.</summary>
    UpDownCounter,

    /// <summary>How measurements spread.</summary>
    Histogram,
}

/// <summary>Names an instrument of a resource.</summary>
internal sealed record InstrumentId(TelemetryResource Resource, string Meter, string Name);

/// <summary>An instrument and its series, as of a moment.</summary>
internal sealed record InstrumentData(InstrumentId Id, string Description, string Unit, InstrumentKind Kind, IReadOnlyList<SeriesData> Series);

/// <summary>A series as of a moment.</summary>
internal sealed record SeriesData(string Key, IReadOnlyList<Otlp.Wire.KeyValue> Attributes, IReadOnlyList<MetricPoint> Points, IReadOnlyList<MetricExemplar> Exemplars);
