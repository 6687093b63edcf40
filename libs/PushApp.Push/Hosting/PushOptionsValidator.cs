using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Hosting;

/// <summary>Reports every fault of section <c>Push</c> at once, with the key and what to set.</summary>
internal sealed partial class PushOptionsValidator : IValidateOptions<PushOptions>
{
    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var faults = new Faults();
        if (!Prefix().IsMatch(options.KeyPrefix))
        {
            faults.Add("KeyPrefix", $"'{options.KeyPrefix}' is no prefix; use 1 to 50 letters, digits or '-_.:'.");
        }

        if (!Enum.IsDefined(options.Acknowledge))
        {
            faults.Add("Acknowledge", "set it to Memory or Disk.");
        }

        faults.Between("AcknowledgeReplicas", options.AcknowledgeReplicas, 0, 10);
        if (!Enum.IsDefined(options.ShardedPubSub))
        {
            faults.Add("ShardedPubSub", "set it to Auto, Always or Never.");
        }

        faults.Between("PublishTimeout", options.PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        faults.Between("MaxEventBytes", options.MaxEventBytes, 1, 16 * 1024 * 1024);
        var leastAge = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMinute, options.Streams.HeadCheckInterval.Ticks * 3));
        faults.Check("History", options.History, leastAge);
        for (var i = 0; i < options.Histories.Count; i++)
        {
            if (!ChannelPattern.IsValid(options.Histories[i].Channels, out var error))
            {
                faults.Add($"Histories:{i}:Channels", error);
            }

            faults.Check($"Histories:{i}", options.Histories[i], leastAge);
        }

        faults.Check(options.Streams);
        faults.Between("PublishLimits:Burst", options.PublishLimits.Burst, 1, 1_000_000);
        faults.Between("PublishLimits:PerSecond", options.PublishLimits.PerSecond, 1, 100_000);
        faults.Between("Interop:Lease", options.Interop.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        faults.Between("Presence:Lease", options.Presence.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        faults.Between("Presence:Grace", options.Presence.Grace, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        faults.Between("Inspection:RecentEvents", options.Inspection.RecentEvents, 10, 100_000);
        faults.Between("Inspection:DeliveriesPerEvent", options.Inspection.DeliveriesPerEvent, 1, 1000);
        faults.Between("Inspection:RecentEnds", options.Inspection.RecentEnds, 10, 100_000);
        faults.Between("Inspection:SampleInterval", options.Inspection.SampleInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        faults.Between("Inspection:Samples", options.Inspection.Samples, 10, 10_000);
        faults.Between("Inspection:AnswerTimeout", options.Inspection.AnswerTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
        for (var i = 0; i < options.Presence.Channels.Count; i++)
        {
            if (!ChannelPattern.IsValid(options.Presence.Channels[i], out var error))
            {
                faults.Add($"Presence:Channels:{i}", error);
            }
        }

        if (options.StatsInterval != TimeSpan.Zero)
        {
            faults.Between("StatsInterval", options.StatsInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        }

        return faults.Found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Found);
    }

    private sealed class Faults
    {
        public List<string> Found { get; } = [];

        public void Check(string key, HistoryOptions history, TimeSpan leastAge)
        {
            Between($"{key}:MaxEvents", history.MaxEvents, 1, 100_000);
            Between($"{key}:MaxAge", history.MaxAge, leastAge, TimeSpan.FromDays(30));
        }

        public void Check(StreamOptions streams)
        {
            Between("Streams:HeartbeatInterval", streams.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
            Between("Streams:Retry", streams.Retry, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
            Between("Streams:MaxOutboxBytes", streams.MaxOutboxBytes, 4096, 64 * 1024 * 1024);
            Between("Streams:MaxQueuedBytes", streams.MaxQueuedBytes, 64 * 1024, 1024 * 1024 * 1024);
            Between("Streams:MaxPerUser", streams.MaxPerUser, 0, int.MaxValue);
            Between("Streams:MaxPerAddress", streams.MaxPerAddress, 0, int.MaxValue);
            Between("Streams:MaxTotal", streams.MaxTotal, 0, int.MaxValue);
            Between("Streams:RecheckInterval", streams.RecheckInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            Between("Streams:HeadCheckInterval", streams.HeadCheckInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            Between("Streams:JoinTimeout", streams.JoinTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(30));
            Between("Streams:DrainSpread", streams.DrainSpread, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            Between("Streams:TracedConnections", streams.TracedConnections, 0, 10_000);
        }

        public void Between<T>(string key, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                Add(key, $"{value} is out of bounds; set it to a value between {least} and {most}.");
            }
        }

        public void Add(string key, string what) => Found.Add($"{PushOptions.SectionName}:{key}: {what}");
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,50}$")]
    private static partial Regex Prefix();
}
