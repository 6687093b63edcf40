namespace PushApp.Tests.Infrastructure;

/// <summary>Every broker, as theory data: <c>[Theory, ClassData(typeof(BrokerKinds))]</c>.</summary>
public sealed class BrokerKinds : TheoryData<BrokerKind>
{
    public BrokerKinds()
    {
        Add(BrokerKind.Garnet);
        Add(BrokerKind.RedisServer);
    }
}
