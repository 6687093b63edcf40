namespace PushApp.Push.Transport;

/// <summary>The open connections of this process's server, those that were handed over among them. Thread-safe.</summary>
internal sealed class DescriptorCount
{
    private int _value;

    public int Value => Volatile.Read(ref _value);

    public void Add() => Interlocked.Increment(ref _value);

    public void Remove() => Interlocked.Decrement(ref _value);
}
