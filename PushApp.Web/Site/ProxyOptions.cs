using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace PushApp.Web.Site;

/// <summary>
/// Proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed; section <c>Proxies</c> of the configuration. Nobody else's are: they would let a client
/// choose its own address. Validated at start.
/// </summary>
internal sealed class ProxyOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Proxies";

    /// <summary>Addresses, or networks in CIDR notation, as in <c>10.0.0.7</c> or <c>10.0.0.0/8</c>. <value>Default none: the headers are ignored.</value></summary>
    public List<string> Known { get; set; } = [];

    /// <summary>How many proxies a request passes at most, one behind the other. 1 to 16. <value>Default 1.</value></summary>
    public int Hops { get; set; } = 1;
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        List<string> faults = [.. options.Known.Where(known => !IPAddress.TryParse(known, out _) && !IPNetwork.TryParse(known, out _))
            .Select(known => $"Proxies:Known holds '{known}'; give an address or a network, as in 10.0.0.7 or 10.0.0.0/8.")];
        if (options.Hops is < 1 or > 16)
        {
            faults.Add($"Proxies:Hops is {options.Hops}; give the number of proxies one behind the other, 1 to 16.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

internal sealed class ForwardedHeadersSetUp(IOptions<ProxyOptions> proxies) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions options)
    {
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        options.ForwardLimit = proxies.Value.Hops;
        foreach (var known in proxies.Value.Known)
        {
            if (IPAddress.TryParse(known, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(IPNetwork.Parse(known));
            }
        }

        options.ForwardedHeaders = proxies.Value.Known.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
    }
}
