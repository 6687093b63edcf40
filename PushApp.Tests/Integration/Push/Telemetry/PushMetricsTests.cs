using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Telemetry;

public sealed class PushMetricsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_nodes_work_is_counted()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var node = await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"));
        using var metrics = new Metrics(node.Services.GetRequiredService<IMeterFactory>());
        string cursor;
        await using (var stream = await node.OpenAsync(user: "alice"))
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "greeting", "hello", cancellationToken: TestContext.Current.CancellationToken);
            await stream.NextAsync();
            cursor = stream.LastEventId;
            Assert.Equal(1, metrics.Sum("pushapp.connections"));
            Assert.Equal(2, metrics.Sum("pushapp.channels"));
            Assert.Equal(2, metrics.Sum("pushapp.subscriptions"));
            Assert.Equal(0, metrics.Sum("pushapp.outbox.bytes"));
        }

        await using (await node.OpenAsync(lastEventId: cursor))
        {
            using var refused = await node.Http.GetAsync("/sse?channel=user:bob", TestContext.Current.CancellationToken);
            Assert.False(refused.IsSuccessStatusCode);
        }

        Assert.Equal(1, metrics.Sum("messaging.client.sent.messages"));
        Assert.Equal(1, metrics.Sum("messaging.client.consumed.messages"));
        Assert.Equal(1, metrics.Sum("pushapp.deliveries"));
        await Until.TrueAsync(() => metrics.Sum("pushapp.deliveries.bytes") > 50, "the bytes of a head and an event");
        Assert.Equal(1, metrics.Sum("pushapp.connections.resumed"));
        Assert.Equal(1, metrics.Sum("pushapp.authorization.refusals"));
        Assert.True(metrics.Count("pushapp.delivery.duration") == 1);
        Assert.True(metrics.Count("db.client.operation.duration") >= 2);
    }

    /// <summary>What one node's meters measured.</summary>
    private sealed class Metrics : IDisposable
    {
        private readonly MeterListener _listener;
        private readonly ConcurrentQueue<(string Name, double Value)> _measured = new();
        private ConcurrentDictionary<string, double> _observed = new();

        public Metrics(IMeterFactory meters)
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (ReferenceEquals(instrument.Meter.Scope, meters))
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Take(instrument, value));
            _listener.Start();
        }

        public double Sum(string name)
        {
            _observed = new ConcurrentDictionary<string, double>();
            _listener.RecordObservableInstruments();
            return _observed.TryGetValue(name, out var observed) ? observed : _measured.Where(measured => measured.Name == name).Sum(measured => measured.Value);
        }

        public int Count(string name) => _measured.Count(measured => measured.Name == name);

        public void Dispose() => _listener.Dispose();

        private void Take(Instrument instrument, double value)
        {
            if (instrument.IsObservable)
            {
                _observed.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            }
            else
            {
                _measured.Enqueue((instrument.Name, value));
            }
        }
    }
}
