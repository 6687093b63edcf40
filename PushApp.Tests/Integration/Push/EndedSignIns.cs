using System.Collections.Concurrent;
using PushApp.Push;

namespace PushApp.Tests.Integration.Push;

/// <summary>Sign-ins that a test ends.</summary>
internal sealed class EndedSignIns : ISignInValidator
{
    public ConcurrentBag<string> Ended { get; } = [];

    public ValueTask<IReadOnlyCollection<string>> FindEndedAsync(IReadOnlyCollection<string> signInIds, CancellationToken cancellationToken) =>
        new([.. signInIds.Intersect(Ended)]);
}
