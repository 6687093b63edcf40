namespace PushApp.Tests.Infrastructure;

/// <summary>Every store, as theory data: <c>[Theory, ClassData(typeof(StoreKinds))]</c>.</summary>
public sealed class StoreKinds : TheoryData<StoreKind>
{
    public StoreKinds()
    {
        Add(StoreKind.Sqlite);
        Add(StoreKind.PostgreSql);
    }
}
