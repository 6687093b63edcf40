using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PushApp.Dashboard.Configuration;
using PushApp.LocalHosting.Dashboard;

namespace PushApp.Dashboard.Resources;

/// <summary>What the AppHost's resource service says: follows it for as long as the dashboard runs.</summary>
internal sealed class ResourceClient : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly HttpClient? _http;
    private readonly TimeProvider _time;
    private readonly ILogger<ResourceClient> _logger;
    private ImmutableList<ResourceMessage> _resources = [];
    private long _version;

    public ResourceClient(IOptions<DashboardOptions> options, TimeProvider time, ILogger<ResourceClient> logger)
    {
        (_time, _logger) = (time, logger);
        if (options.Value.ResourceServiceUrl.Length > 0)
        {
            _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(options.Value.ResourceServiceUrl), Timeout = Timeout.InfiniteTimeSpan };
            _http.DefaultRequestHeaders.Add(ResourceWire.KeyHeader, options.Value.ResourceServiceApiKey);
        }
    }

    /// <summary>Whether there is an AppHost to ask.</summary>
    public bool IsConfigured => _http is not null;

    /// <summary>Whether it answers.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Another number whenever something has changed.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>In the order in which the AppHost has them.</summary>
    public IReadOnlyList<ResourceMessage> All => Volatile.Read(ref _resources);

    public ResourceMessage? Find(string id) => All.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The lines kept, and with <paramref name="follow"/> each new one.</summary>
    public async IAsyncEnumerable<ResourceLogLine> LogsAsync(string id, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_http is not null)
        {
            await foreach (var line in ReadAsync<ResourceLogLine>($"/resources/{Uri.EscapeDataString(id)}/logs?follow={(follow ? "true" : "false")}", cancellationToken))
            {
                yield return line;
            }
        }
    }

    /// <summary>Has the AppHost carry out a command.</summary>
    public async Task<ResourceCommandOutcome> ExecuteAsync(string id, string command, CancellationToken cancellationToken)
    {
        if (_http is null)
        {
            return new ResourceCommandOutcome(false, "There is no AppHost to ask.");
        }

        try
        {
            using var response = await _http.PostAsync($"/resources/{Uri.EscapeDataString(id)}/commands/{Uri.EscapeDataString(command)}", content: null, cancellationToken);
            return await response.Content.ReadFromJsonAsync<ResourceCommandOutcome>(ResourceWire.Json, cancellationToken) ?? new ResourceCommandOutcome(false, "The AppHost gave no answer.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            return new ResourceCommandOutcome(false, $"The AppHost does not answer: {exception.Message}");
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _http?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_http is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var resource in ReadAsync<ResourceMessage>("/resources", stoppingToken))
                {
                    IsConnected = true;
                    var known = _resources.FindIndex(r => r.Id == resource.Id);
                    Volatile.Write(ref _resources, known < 0 ? _resources.Add(resource) : _resources.SetItem(known, resource));
                    Interlocked.Increment(ref _version);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
            {
                ResourceClientLog.Lost(_logger, exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            IsConnected = false;
            Interlocked.Increment(ref _version);
            await Task.Delay(RetryDelay, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _http!.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonSerializer.Deserialize<T>(line, ResourceWire.Json) is { } message)
            {
                yield return message;
            }
        }
    }
}
