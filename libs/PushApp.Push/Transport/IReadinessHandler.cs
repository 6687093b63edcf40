namespace PushApp.Push.Transport;

/// <summary>Hears what a descriptor is ready for. Called on the poller's thread, which all its descriptors wait for: it must not block, nor run what is not ours.</summary>
internal interface IReadinessHandler
{
    void OnReady(Readiness readiness);
}
