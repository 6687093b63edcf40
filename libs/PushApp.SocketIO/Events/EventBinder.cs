using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.SocketIO;

/// <summary>What compiled handlers call to read a parameter and to write what a method returned. Public to them alone.</summary>
internal static class EventBinder
{
    /// <summary>A parameter, from the argument at its place; its default, or null where it may be that, for an argument that was left out.</summary>
    public static T? Read<T>(SocketEventContext context, int index, string parameter, bool isOptional, T? fallback)
    {
        if (index >= context.Arguments.Count)
        {
            return isOptional ? fallback : throw Invalid(context, $"argument {index + 1} ('{parameter}') is missing");
        }

        try
        {
            var value = context.Arguments.Get<T>(index, context.Socket.Json);
            return value is not null || isOptional ? value : throw Invalid(context, $"argument {index + 1} ('{parameter}') is null");
        }
        catch (JsonException)
        {
            // The reason names .NET types and is nothing for a client.
            throw Invalid(context, $"argument {index + 1} ('{parameter}') is of another type");
        }
    }

    /// <summary>All arguments that are left.</summary>
    public static T[] ReadRest<T>(SocketEventContext context, int index, string parameter)
    {
        var rest = new T[Math.Max(0, context.Arguments.Count - index)];
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] = Read<T>(context, index + i, parameter, isOptional: false, default)!;
        }

        return rest;
    }

    /// <summary>All arguments that are left, as they came.</summary>
    public static SocketArguments Rest(SocketEventContext context, int index) =>
        index == 0 ? context.Arguments
        : index >= context.Arguments.Count ? SocketArguments.Empty
        : new SocketArguments(context.Arguments.Items[index..], context.Arguments.AttachmentArray);

    public static T Service<T>(SocketEventContext context)
        where T : notnull => context.Services.GetRequiredService<T>();

    public static T KeyedService<T>(SocketEventContext context, object key)
        where T : notnull => context.Services.GetRequiredKeyedService<T>(key);

    public static CancellationToken Cancelled(SocketEventContext context) => context.Socket.Disconnected;

    public static ValueTask<SocketArguments?> FromNothing() => new(SocketArguments.Empty);

    public static async ValueTask<SocketArguments?> FromTask(Task task)
    {
        await task.ConfigureAwait(false);
        return SocketArguments.Empty;
    }

    public static async ValueTask<SocketArguments?> FromValueTask(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return SocketArguments.Empty;
    }

    public static async ValueTask<SocketArguments?> FromTaskOf<T>(SocketEventContext context, Task<T> task) => Write(context, await task.ConfigureAwait(false));

    public static async ValueTask<SocketArguments?> FromValueTaskOf<T>(SocketEventContext context, ValueTask<T> task) => Write(context, await task.ConfigureAwait(false));

    public static ValueTask<SocketArguments?> FromValue<T>(SocketEventContext context, T value) => new(Write(context, value));

    private static SocketArguments? Write<T>(SocketEventContext context, T value)
    {
        // Not written for nobody.
        if (!context.AsksForAck)
        {
            return null;
        }

        if (value is ITuple tuple && typeof(T).IsValueType)
        {
            return SocketArguments.FromList(Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), context.Socket.Json);
        }

        return SocketArguments.From(value, context.Socket.Json);
    }

    private static SocketException Invalid(SocketEventContext context, string what) => new($"Event '{context.EventName}': {what}.", SocketErrors.InvalidArguments);
}
