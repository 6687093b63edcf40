namespace PushApp.Bench.Endurance;

/// <summary>What the broker held at one moment.</summary>
internal sealed record BrokerSample(TimeSpan At, long Published, long ResidentBytes, long PeakResidentBytes, long DiskBytes);
