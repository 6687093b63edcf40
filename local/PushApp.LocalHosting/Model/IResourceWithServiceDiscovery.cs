using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Can be found by other services under its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
