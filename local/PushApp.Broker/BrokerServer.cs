using Garnet;

namespace PushApp.Broker;

/// <summary>Garnet that ends so that nobody has seen what is then not on its disk.</summary>
internal sealed class BrokerServer(string[] commandLine) : GarnetServer(commandLine)
{
    /// <summary>Ends every connection first, and then writes to disk what came over them: an event between the two would have been delivered, and be gone.</summary>
    public async Task CloseAsync()
    {
        foreach (var server in storeWrapper.Servers)
        {
            server.Dispose();
        }

        _ = await Store.CommitAOFAsync(CancellationToken.None);
    }
}
