using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>Finds the events of a namespace class and compiles a delegate for each. Whatever cannot work is told at start, by name.</summary>
internal static class EventCompiler
{
    private const BindingFlags Members = BindingFlags.Static | BindingFlags.Public;

    /// <exception cref="InvalidOperationException">Methods are unusable or their events' names are not unique; the message names all of them.</exception>
    /// <param name="type">The class.</param>
    /// <param name="services">Tells services from arguments; null where that is not known.</param>
    public static FrozenDictionary<string, EventHandlerEntry> Compile(Type type, IServiceProviderIsService? services = null)
    {
        var faults = new List<string>();
        var entries = new Dictionary<string, EventHandlerEntry>(StringComparer.Ordinal);
        foreach (var method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.FlattenHierarchy).Where(IsEvent))
        {
            var name = $"{type.Name}.{method.Name}";
            if (FindFault(method, services) is { } fault)
            {
                faults.Add($"{name} {fault}");
                continue;
            }

            var invoke = Compile(type, method);
            IReadOnlyList<IAuthorizeData> authorize = method.IsDefined(typeof(AllowAnonymousAttribute)) ? [] : [.. method.GetCustomAttributes().OfType<IAuthorizeData>()];
            foreach (var eventName in NamesOf(method))
            {
                if (!entries.TryAdd(eventName, new EventHandlerEntry(eventName, name, invoke, authorize)))
                {
                    faults.Add($"{name} and {entries[eventName].Method} both handle '{eventName}': name one of them otherwise by [SocketEvent(\"…\")], or mark it [NoSocketEvent].");
                }
            }
        }

        return faults.Count == 0
            ? entries.ToFrozenDictionary(StringComparer.Ordinal)
            : throw new InvalidOperationException($"The namespace class {type.FullName} cannot be mapped: {string.Join(" ", faults)}");
    }

    private static bool IsEvent(MethodInfo method) =>
        !method.IsSpecialName
        && method.DeclaringType != typeof(object)
        && method.DeclaringType != typeof(SocketNamespace)
        && method.GetBaseDefinition().DeclaringType is var origin && origin != typeof(object) && origin != typeof(SocketNamespace)
        && !method.IsDefined(typeof(NoSocketEventAttribute))
        && !(method.Name is "Dispose" or "DisposeAsync" && method.GetParameters().Length == 0);

    private static string[] NamesOf(MethodInfo method)
    {
        var named = method.GetCustomAttributes<SocketEventAttribute>().Select(attribute => attribute.Name).ToArray();
        if (named.Length > 0)
        {
            return named;
        }

        var name = method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name.Length > 5 ? method.Name[..^5] : method.Name;
        return [JsonNamingPolicy.CamelCase.ConvertName(name)];
    }

    private static string? FindFault(MethodInfo method, IServiceProviderIsService? services)
    {
        foreach (var name in NamesOf(method))
        {
            if (string.IsNullOrEmpty(name) || name.Length > EmitRules.MaxNameLength || name.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                return $"handles an event whose name is none: 1 to {EmitRules.MaxNameLength} characters without line break or NUL.";
            }

            if (ReservedEvents.All.Contains(name))
            {
                return $"handles '{name}', which the clients raise themselves: override OnConnectedAsync or OnDisconnectedAsync, or name another event by [SocketEvent(\"…\")].";
            }
        }

        if (method.ContainsGenericParameters)
        {
            return "is generic: an event's method has parameters of fixed types.";
        }

        if (method.ReturnType.IsByRef || method.ReturnType.IsByRefLike || method.ReturnType.IsPointer)
        {
            return $"returns {method.ReturnType.Name}: return a value, a Task or a ValueTask of one, or nothing.";
        }

        if (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
        {
            return "returns a sequence that goes on in time, and an acknowledgement is one answer: return a list, or emit each item.";
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)))
        {
            return "is async and returns nothing, so nobody would see it fail: return a Task.";
        }

        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.ParameterType.IsByRef || parameter.ParameterType.IsByRefLike || parameter.ParameterType.IsPointer)
            {
                return $"has the parameter '{parameter.Name}' of type {parameter.ParameterType.Name}, which no argument can be.";
            }

            if (!IsSupplied(parameter) && FindArgumentFault(parameter.ParameterType, services) is { } fault)
            {
                return $"has the parameter '{parameter.Name}' of type {parameter.ParameterType.Name}, which {fault}.";
            }

            if (TakesRest(parameter) && parameters.Skip(i + 1).Any(next => !IsSupplied(next)))
            {
                return $"has parameters after '{parameter.Name}', which takes all arguments that are left.";
            }
        }

        return null;
    }

    private static string? FindArgumentFault(Type type, IServiceProviderIsService? services) =>
        typeof(Delegate).IsAssignableFrom(type) ? "no argument can be: a client's acknowledgement is answered by what the method returns"
        : typeof(Stream).IsAssignableFrom(type) ? "no argument can be: take byte[] for binary data"
        : (type.IsInterface || type.IsClass) && type != typeof(string) && !IsCollection(type) && services?.IsService(type) == true ? "is a service: mark it [FromServices], or take it in the constructor"
        : null;

    // These are services to every container, and lists to clients.
    private static bool IsCollection(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);

    private static bool TakesRest(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(SocketArguments) || parameter.IsDefined(typeof(ParamArrayAttribute));

    private static bool IsSupplied(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(CancellationToken)
        || parameter.IsDefined(typeof(FromServicesAttribute))
        || parameter.IsDefined(typeof(FromKeyedServicesAttribute));

    private static Func<SocketNamespace, SocketEventContext, ValueTask<SocketArguments?>> Compile(Type type, MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(SocketNamespace), "instance");
        var context = Expression.Parameter(typeof(SocketEventContext), "context");
        var index = 0;
        var arguments = method.GetParameters().Select(parameter => Bind(parameter, context, ref index)).ToArray();
        var call = Expression.Call(method.IsStatic ? null : Expression.Convert(instance, type), method, arguments);
        return Expression.Lambda<Func<SocketNamespace, SocketEventContext, ValueTask<SocketArguments?>>>(Return(method.ReturnType, call, context), instance, context).Compile();
    }

    private static MethodCallExpression Bind(ParameterInfo parameter, ParameterExpression context, ref int index)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken))
        {
            return Expression.Call(Binder(nameof(EventBinder.Cancelled)), context);
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return Expression.Call(Binder(nameof(EventBinder.KeyedService), type), context, Expression.Constant(keyed.Key, typeof(object)));
        }

        if (parameter.IsDefined(typeof(FromServicesAttribute)))
        {
            return Expression.Call(Binder(nameof(EventBinder.Service), type), context);
        }

        if (type == typeof(SocketArguments))
        {
            return Expression.Call(Binder(nameof(EventBinder.Rest)), context, Expression.Constant(index));
        }

        if (parameter.IsDefined(typeof(ParamArrayAttribute)))
        {
            return Expression.Call(Binder(nameof(EventBinder.ReadRest), type.GetElementType()!), context, Expression.Constant(index), Expression.Constant(parameter.Name));
        }

        var isOptional = parameter.HasDefaultValue || Nullable.GetUnderlyingType(type) is not null || new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
        var fallback = parameter.HasDefaultValue && parameter.DefaultValue is { } value
            ? Expression.Convert(Expression.Constant(value), type)
            : (Expression)Expression.Default(type);
        return Expression.Call(
            Binder(nameof(EventBinder.Read), type), context, Expression.Constant(index++), Expression.Constant(parameter.Name), Expression.Constant(isOptional), fallback);
    }

    private static Expression Return(Type type, MethodCallExpression call, ParameterExpression context)
    {
        if (type == typeof(void))
        {
            return Expression.Block(call, Expression.Call(Binder(nameof(EventBinder.FromNothing))));
        }

        if (type == typeof(Task))
        {
            return Expression.Call(Binder(nameof(EventBinder.FromTask)), call);
        }

        if (type == typeof(ValueTask))
        {
            return Expression.Call(Binder(nameof(EventBinder.FromValueTask)), call);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
        {
            return Expression.Call(Binder(nameof(EventBinder.FromTaskOf), type.GenericTypeArguments[0]), context, call);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            return Expression.Call(Binder(nameof(EventBinder.FromValueTaskOf), type.GenericTypeArguments[0]), context, call);
        }

        return Expression.Call(Binder(nameof(EventBinder.FromValue), type), context, call);
    }

    private static MethodInfo Binder(string name) => typeof(EventBinder).GetMethod(name, Members)!;

    private static MethodInfo Binder(string name, Type type) => Binder(name).MakeGenericMethod(type);
}
