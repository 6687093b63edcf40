namespace PushApp.Push.Hub;

/// <summary>Where a channel's subscription lies on a cluster.</summary>
internal enum SubscriptionPlace
{
    /// <summary>At the server where it was.</summary>
    AsBefore,

    /// <summary>At another, or at one again: what was published meanwhile was not heard.</summary>
    Moved,

    /// <summary>At none.</summary>
    Nowhere,
}
